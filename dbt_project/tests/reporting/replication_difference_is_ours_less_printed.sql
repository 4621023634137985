{#- Fails for every pair of numbers without their difference, and every difference that is not ours less the printed
    one: the columns then belong to different items. -#}

select
    study,
    item,
    fill_set,
    printed_value,
    our_value,
    difference
from {{ ref("rpt_replication") }}
where
    printed_value is not null
    and our_value is not null
    and coalesce(
        abs(difference - (our_value - printed_value)) > 1e-6 * greatest(abs(our_value), abs(printed_value), 1),
        true
    )
