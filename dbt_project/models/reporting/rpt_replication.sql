select
    study,
    item,
    model,
    term,
    partner_iso3,
    cast(year as integer) as year,
    printed_value,
    our_value,
    printed_text,
    our_text,
    difference,
    printed_std_error,
    difference_in_se,
    fill_set,
    verdict,
    reason,
    kind
from {{ source("estimates", "replication") }}
