{#- Fails for every distance that is not the difference over the printed standard error, with its sign or without:
    it was then measured with another item's standard error. -#}

select
    study,
    item,
    fill_set,
    difference,
    printed_std_error,
    difference_in_se
from {{ ref("rpt_replication") }}
where
    difference_in_se is not null
    and coalesce(
        abs(abs(difference_in_se) * printed_std_error - abs(difference)) > 1e-6 * greatest(abs(difference), 1),
        true
    )
