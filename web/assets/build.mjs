// Builds web/static/dist/: one style sheet, one script. Needs nothing but the packages of package-lock.json.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const assets = dirname(fileURLToPath(import.meta.url));
const root = join(assets, "..", "..");
const packages = join(root, "node_modules");
const dist = join(root, "web", "static", "dist");

const { css } = compile(join(assets, "site.scss"), {
  loadPaths: [packages],
  quietDeps: true,
  style: "compressed",
});
if (css.includes("@font-face")) {
  throw new Error("the style sheet must not bring a font");
}
mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, "site.css"), css);
copyFileSync(join(packages, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"), join(dist, "govuk-frontend.min.js"));
