"""In which order a person would name what broke: one fault breaks many sentences, and the first one named should be it.

The order was found on the mock's faults (`make killers` counts how often the first one is right) and follows a few rules:
who may ask, then whether the server fails, then what single values say, then whether an answer is one to its own question
(size, order, filters), then what links carry, then what a walk forward shows, plain and filtered, then where links lead,
then everything that only follows from these.
"""

NAMED = (
    *("auth.required", "auth.checked", "auth.isolated", "pages.decodable"),
    *("inputs.no-leak", "inputs.unknown-conversation", "inputs.no-server-error", "inputs.cursor"),
    *("links.same-listing", "links.origin", "links.cursor-replay"),
    *("events.ids", "items.ids", "items.timestamps", "items.unique", "items.membership", "items.self"),
    *("items.conversation-name-unique", "items.member-user", "items.self-resolves"),
    *(
        "events.type-syntax",
        "events.variant",
        "events.text",
        "events.custom",
        "events.member-invited",
        "events.member-left",
    ),
    *("events.unknown-type", "events.sender", "events.all-variants-seen"),
    *("pages.envelope", "pages.items", "pages.size-bound", "pages.size-default", "pages.unique", "pages.repeatable"),
    *("filters.paged", "order.mirror", "walks.sorted", "pages.sorted"),
    *("order.ascending", "order.descending", "order.default"),
    *("links.url", "filters.dates-instant", "filters.dates-window", "filters.type-exact", "filters.ids-range"),
    *("links.parameters", "pages.full", "walks.disjoint", "walks.complete"),
    *("filters.dates-model", "filters.type-complete", "filters.conjunction"),
    *("links.self", "pages.cursor", "pages.agree"),
    *("walks.terminates", "links.cursor-fresh", "links.next-prev", "links.present", "links.first", "links.ends"),
    *("pages.size-edges", "walks.changing-size", "walks.append"),
    *("walks.backward", "walks.any-path"),
    *(
        "inputs.rejected",
        "inputs.method",
        "inputs.error-body",
        "inputs.documented",
        "pages.size-echo",
        "pages.delivered",
    ),
)
"""Every clause, the one to be named first before the others."""
