{#- Fails for every flow of an edition that two rows of one vintage of BACI state otherwise, or one file twice. -#}
select
    vintage,
    hs_edition,
    year,
    exporter_code_baci,
    importer_code_baci,
    commodity_code,
    count(*) as stated_rows
from {{ ref("stg_baci__flows") }}
group by
    vintage,
    hs_edition,
    year,
    exporter_code_baci,
    importer_code_baci,
    commodity_code
having
    count(*) > count(distinct file_id)
    or min(trade_value_usd) <> max(trade_value_usd)
