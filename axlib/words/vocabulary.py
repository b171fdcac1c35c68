"""The nouns of the kit: every column of every table, with its label, unit and role.

Names are snake_case and raw; labels and units are put on by ``display`` alone. A column's *role* says what
may be done with it: whatever has the role ``money`` can never be an attribute of the Appropriate Experience.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["key", "name", "money", "date", "status", "category", "attribute", "hours", "text"]
Kind = Literal["text", "money", "date", "number", "scale", "category", "boolean"]

#: What a member's ``status`` may be. Every raw status of an export is mapped to one of these.
STATUSES = ("active", "grace", "lapsed", "pending", "cancelled", "closed", "complimentary", "non_member")

#: Statuses of those who are members now.
CURRENT_STATUSES = ("active", "grace", "complimentary")
#: Statuses of those who were and are no more.
GONE_STATUSES = ("lapsed", "cancelled", "closed")

MODES = ("sync", "async", "inbound", "group")
#: The highest answer of a scale; the lowest is 0.
SCALE_TOP = 4.0
TERM_KINDS = ("dues", "recurring", "one_off")
OUTCOME_KINDS = ("outcome_reached", "resource_use", "advocacy", "satisfaction")
#: What a member of a pilot was drawn for: changed service, or service as it is.
PILOT_ARMS = ("changed", "usual")
#: Contrasts an engagement may declare as primary: of what segments tell more than tiers, and of being under-served.
PRIMARY_CONTRASTS = ("churn", "growth", "delivered_hours", *OUTCOME_KINDS, "gap_effect")
LIFECYCLE_STAGES = ("onboarding", "first_year", "steady", "renewal", "growth", "at_risk")


@dataclass(frozen=True)
class Column:
    """One canonical column.

    Attributes
    ----------
    name : str
    label : str
        What readers see.
    kind : str
        How its cells are read: text, money, date, number, scale (0-4), category, boolean.
    role : str
        What may be done with it.
    required : bool
        Whether the table is refused without it.
    words : tuple of str
        Headers that mean this column in the exports we know; compared without case, spaces and signs.
    choices : tuple of str
        The canonical values, where the column has a closed list.
    """

    name: str
    label: str
    kind: Kind
    role: Role
    required: bool = False
    words: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def _scale(name: str, label: str, *words: str) -> Column:
    return Column(name, label, "scale", "attribute", words=words)


MEMBERS = (
    Column(
        "member_id",
        "Member",
        "text",
        "key",
        True,
        (
            "member number",
            "member no",
            "membership number",
            "user id",
            "contact id",
            "customer id",
            "imis id",
            "account id",
            "client num",
            "import id",
            "id",
        ),
    ),
    Column(
        "name",
        "Name",
        "text",
        "name",
        words=("organization", "company", "full name", "display name", "member name", "account name"),
    ),
    Column("email", "E-mail", "text", "name", words=("e-mail", "email address", "primary email")),
    Column(
        "member_type",
        "Member type",
        "category",
        "category",
        words=("membership level", "membership type", "membership class", "category"),
    ),
    Column(
        "parent_id",
        "Dues payer",
        "text",
        "key",
        words=("parent import id", "primary member id", "company id", "bundle id", "owner membership id"),
    ),
    Column(
        "joined_on",
        "Joined",
        "date",
        "date",
        words=(
            "member since",
            "join date",
            "date joined",
            "original join date",
            "joined",
            "signup date",
            "registration date",
            "reg date",
            "registered on",
        ),
    ),
    Column(
        "status",
        "Status",
        "category",
        "status",
        words=("membership status", "member status", "contact status"),
        choices=STATUSES,
    ),
    Column(
        "annual_dues",
        "Annual dues",
        "money",
        "money",
        words=("annual fee", "dues", "membership fee", "annual dues amount", "dues amount"),
    ),
    Column(
        "staff_id",
        "Covered by",
        "text",
        "key",
        words=("msm", "member success manager", "account manager", "relationship manager", "assigned to"),
    ),
    Column("started_on", "Term start", "date", "date", words=("membership start date", "term start", "start date")),
    Column(
        "expires_on",
        "Expires",
        "date",
        "date",
        words=("renewal due", "membership expiration date", "paid thru", "expiry date", "date expired", "paid until"),
    ),
    Column(
        "lapsed_on",
        "Lapsed",
        "date",
        "date",
        words=(
            "lapse date",
            "drop date",
            "date dropped",
            "cancelled on",
            "cancellation date",
            "date left",
        ),
    ),
    Column("lifecycle_stage", "Lifecycle stage", "category", "category", words=("stage",), choices=LIFECYCLE_STAGES),
    Column("goal", "Goal", "text", "text", words=("desired outcome", "member goal")),
    Column("success_potential", "Success potential", "boolean", "category"),
    Column("declared_at_risk", "Declared at risk", "boolean", "category", words=("at risk",)),
    _scale("goal_complexity", "Goal complexity"),
    Column("industry_experience_years", "Industry experience", "number", "attribute", words=("years in industry",)),
    Column("staff_count", "Staff", "number", "attribute", words=("employees", "number of employees", "staff size")),
    _scale("internal_capacity", "Internal capacity"),
    _scale("technical_maturity", "Technical maturity"),
    _scale("guidance_need", "Guidance need"),
    Column("preferred_mode", "Preferred mode", "category", "attribute", words=("preferred contact mode",)),
    _scale("urgency", "Urgency"),
    _scale("decision_complexity", "Decision complexity"),
    _scale("turnover", "Turnover of people"),
    _scale("stakes", "Stakes"),
    _scale("joint_accountability", "Joint accountability"),
)

TERMS = (
    Column(
        "member_id",
        "Member",
        "text",
        "key",
        True,
        ("member number", "member", "user id", "contact id", "customer id", "account id"),
    ),
    Column(
        "starts_on",
        "Starts",
        "date",
        "date",
        True,
        ("start date", "term start", "period start", "membership start date", "from"),
    ),
    Column(
        "ends_on",
        "Ends",
        "date",
        "date",
        True,
        ("end date", "term end", "period end", "membership end date", "expiration date", "to"),
    ),
    Column("amount", "Amount", "money", "money", True, ("invoice total", "total", "amount paid", "invoice amount")),
    Column("kind", "Kind", "category", "category", words=("invoice type", "type", "origin"), choices=TERM_KINDS),
    Column(
        "product", "Product", "text", "text", words=("membership level", "item", "product code", "plan", "description")
    ),
    Column("paid_on", "Paid", "date", "date", words=("payment date", "date paid", "paid date")),
)

TOUCHES = (
    Column(
        "touch_id", "Contact's own identifier", "text", "key", words=("activity id", "ticket id", "call id", "case id")
    ),
    Column(
        "member_id",
        "Member",
        "text",
        "key",
        True,
        ("member number", "member", "user id", "contact id", "customer id", "account id"),
    ),
    Column("at", "Date", "date", "date", True, ("date", "activity date", "activity date time", "when", "created")),
    Column("mode", "Mode", "category", "category", True, ("activity type", "channel", "type"), MODES),
    Column("minutes", "Minutes", "number", "hours", words=("duration", "duration min", "length")),
    Column("staff_id", "Staff", "text", "key", words=("staff", "msm", "by", "owner", "assigned to")),
    Column("initiated_by", "Initiated by", "category", "category", choices=("member", "team"), words=("direction",)),
)

STAFF = (
    Column("staff_id", "Staff", "text", "key", True, ("id", "staff", "employee id", "msm")),
    Column("hours_per_year", "Hours a year", "number", "hours", True, ("hours", "productive hours", "available hours")),
    Column("name", "Name", "text", "name", words=("full name", "employee")),
    Column("team", "Team", "category", "category", words=("group", "role")),
    Column("hourly_cost", "Hourly cost", "money", "money", words=("cost per hour", "rate")),
    Column("ramp", "Ramp", "number", "hours"),
    Column("started_on", "Started", "date", "date", words=("start date", "hired")),
    Column("left_on", "Left", "date", "date", words=("end date", "leave date")),
    Column("segments", "May serve", "text", "text"),
)

ANSWERS = (
    Column(
        "member_id", "Member", "text", "key", True, ("member", "user id", "contact id", "customer id", "account id")
    ),
    Column("item", "Item", "category", "category", True, ("question",)),
    Column("value", "Answer", "text", "text", True, ("answer", "response")),
    Column("stage", "Lifecycle stage", "category", "category", choices=LIFECYCLE_STAGES),
    Column("rater", "Rater", "text", "name", words=("by", "respondent")),
    Column("at", "Date", "date", "date", words=("date", "answered on")),
)

MILESTONES = (
    Column(
        "member_id", "Member", "text", "key", True, ("member", "user id", "contact id", "customer id", "account id")
    ),
    Column("milestone", "Milestone", "text", "text", True, ("success milestone",)),
    Column("due_on", "Due", "date", "date", words=("due date", "due")),
    Column("reached_on", "Reached", "date", "date", words=("reached", "completed on")),
    Column("next_action", "Next action", "text", "text"),
    Column("noted_on", "Noted", "date", "date", words=("noted",)),
)

OUTCOMES = (
    Column(
        "member_id", "Member", "text", "key", True, ("member", "user id", "contact id", "customer id", "account id")
    ),
    Column("at", "Date", "date", "date", True, ("date",)),
    Column("kind", "Kind", "category", "category", True, ("type",), OUTCOME_KINDS),
    Column("value", "Value", "number", "attribute"),
)

#: The canonical tables: name -> columns. Only ``members`` is required of an engagement.
TABLES: dict[str, tuple[Column, ...]] = {
    "members": MEMBERS,
    "terms": TERMS,
    "touches": TOUCHES,
    "staff": STAFF,
    "answers": ANSWERS,
    "milestones": MILESTONES,
    "outcomes": OUTCOMES,
}

#: Attribute words we know, with how they are measured. An engagement may declare its own beside them.
ATTRIBUTE_KINDS: dict[str, Literal["numeric", "ordinal", "categorical"]] = {
    **{column.name: "ordinal" for column in MEMBERS if column.kind == "scale"},
    "industry_experience_years": "numeric",
    "staff_count": "numeric",
    "preferred_mode": "categorical",
    "touches_12m": "numeric",
    "sync_share": "numeric",
    "async_share": "numeric",
    "inbound_share": "numeric",
    "response_days": "numeric",
}


def find_column(table: str, name: str) -> Column | None:
    """Return a canonical column of a table, or None where there is none of that name.

    Examples
    --------
    >>> find_column("members", "annual_dues").role
    'money'
    """
    return next((column for column in TABLES[table] if column.name == name), None)
