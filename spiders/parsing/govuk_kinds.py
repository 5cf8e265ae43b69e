"""What GOV.UK's own document types are to us."""

import re

from spiders.parsing.kinds import classify
from store.reading import PublicationKind

NOT_PUBLICATIONS = {
    "organisation": "an organisation's page",
    "finder": "a search page",
    "finder_email_signup": "a sign-up page",
    "placeholder": "a page that is not there yet",
    "coming_soon": "a page that is not there yet",
    "working_group": "a working group's page",
    "statistics_announcement": "an announcement of statistics to come",
    "about": "a page about the organisation itself",
    "about_our_services": "a page about the organisation itself",
    "access_and_opening": "a page about the organisation itself",
    "accessible_documents_policy": "a page about the organisation itself",
    "complaints_procedure": "a page about the organisation itself",
    "media_enquiries": "a page about the organisation itself",
    "membership": "a page about the organisation itself",
    "our_energy_use": "a page about the organisation itself",
    "our_governance": "a page about the organisation itself",
    "personal_information_charter": "a page about the organisation itself",
    "petitions_and_campaigns": "a page about the organisation itself",
    "procurement": "a page about the organisation itself",
    "recruitment": "a page about the organisation itself",
    "social_media_use": "a page about the organisation itself",
    "staff_update": "a page about the organisation itself",
    "person": "a person's page",
    "role": "a post's page",
    "ministerial_role": "a post's page",
    "taxon": "a topic's page",
    "topic": "a topic's page",
    "topical_event": "a topic's page",
    "mainstream_browse_page": "a topic's page",
    "homepage": "a topic's page",
    "services_and_information": "a topic's page",
}

NEWS = (
    "news_story",
    "news_article",
    "press_release",
    "government_response",
    "world_news_story",
    "speech",
    "authored_article",
    "oral_statement",
    "written_statement",
)
GUIDANCE = ("guidance", "statutory_guidance", "detailed_guide", "guide", "manual", "manual_section", "answer")
RESEARCH = ("research", "official_statistics", "national_statistics", "statistical_data_set", "statistics")
BY_TYPE = (
    dict.fromkeys(NEWS, PublicationKind.NEWS)
    | dict.fromkeys(GUIDANCE, PublicationKind.GUIDANCE)
    | dict.fromkeys(RESEARCH, PublicationKind.RESEARCH)
    | {"independent_report": PublicationKind.THEMATIC_REPORT}
)
TITLE_DECIDES = ("independent_report", "corporate_report", "policy_paper", "impact_assessment", "html_publication")
STRONG = (PublicationKind.ANNUAL_REPORT, PublicationKind.NATIONAL_REVIEW, PublicationKind.INSPECTION_OVERVIEW)
NATIONAL = re.compile(r"\bnational (?:child safeguarding practice |thematic )?review\b", re.IGNORECASE)
BRIEFING = re.compile(r"\bbriefing\b", re.IGNORECASE)
OVERVIEW = re.compile(r"\bjtais?\b|joint targeted area inspection", re.IGNORECASE)


def why_left_out(schema_name: str, document_type: str) -> str:
    """Why a page is no publication, in words; empty when it is one."""
    return NOT_PUBLICATIONS.get(document_type, "") or NOT_PUBLICATIONS.get(schema_name, "")


def kind_of(document_type: str, title: str, description: str = "") -> PublicationKind:
    """The kind of publication: GOV.UK's type where that is clear, else the words of the title.

    News about a review and guidance on reviews are never the review, whatever their titles say.
    """
    usual = BY_TYPE.get(document_type, PublicationKind.OTHER)
    told = classify(title)
    if document_type in RESEARCH:
        return told.kind if told.kind and told.kind in STRONG else usual
    if document_type in GUIDANCE and BRIEFING.search(title):
        return PublicationKind.BRIEFING
    if document_type not in TITLE_DECIDES or told.reason:
        return usual
    if OVERVIEW.search(title):
        return PublicationKind.INSPECTION_OVERVIEW
    if told.kind in (None, PublicationKind.THEMATIC_REPORT) and NATIONAL.search(description):
        return PublicationKind.NATIONAL_REVIEW
    return told.kind or usual
