with named as (

    -- The latest release names a code.
    select
        hs_edition,
        commodity_code,
        commodity_name,
        row_number() over (
            partition by hs_edition, commodity_code
            order by vintage desc, file_id, row_number
        ) as recency
    from {{ ref("stg_baci__products") }}
    where
        commodity_name is not null
        and {{ as_of("vintage") }}

)

select
    hs_edition,
    commodity_code,
    commodity_name
from named
where recency = 1
