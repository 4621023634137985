{#- Fails for every membership that still holds when the country's next one in the same group begins. -#}

with in_order as (

    select
        group_code,
        country_iso3,
        status,
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by group_code, country_iso3
            order by coalesce(valid_from, cast('0001-01-01' as date)), status
        ) as next_valid_from
    from {{ ref("int_group_memberships__chosen") }}

)

select
    group_code,
    country_iso3,
    status,
    valid_from,
    valid_to,
    next_valid_from
from in_order
where
    next_valid_from is not null
    and (valid_to is null or valid_to >= next_valid_from)
