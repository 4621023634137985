with baci_years as (

    -- A file that holds a few commodities has no total.
    select
        file_id,
        hs_edition,
        year,
        vintage
    from {{ ref("stg_baci__flows") }}
    where {{ as_of("vintage") }}
    group by file_id, hs_edition, year, vintage
    having
        count(distinct commodity_code) >= (
            select max(min_commodity_codes)
            from {{ ref("trade_sources") }}
            where source = 'baci'
        )

),

baci_editions as (

    -- The oldest edition is the one that every year can be had in.
    select
        baci_years.file_id,
        baci_years.hs_edition,
        baci_years.year,
        row_number() over (
            partition by baci_years.year, baci_years.vintage
            order by editions.in_force_from, baci_years.file_id
        ) as edition_rank
    from baci_years
    left join {{ ref("hs_editions") }} as editions
        on editions.hs_edition = baci_years.hs_edition

),

reconciled as (

    select
        'baci' as source,
        'reconciled' as reported_by,
        flows.exporter_iso3,
        flows.importer_iso3,
        flows.year,
        -- Decimals: millions of rows in any order add up to the same number.
        cast(sum(cast(flows.trade_value_usd as decimal(20, 3))) as double) as trade_value_usd,
        cast(null as double) as value_fob_usd,
        'fob' as valuation,
        'reconciled' as value_origin,
        cast(null as integer) as months_reported,
        flows.vintage,
        flows.file_id
    from {{ ref("stg_baci__flows") }} as flows
    inner join baci_editions
        on baci_editions.file_id = flows.file_id
        and baci_editions.hs_edition = flows.hs_edition
        and baci_editions.year = flows.year
        and baci_editions.edition_rank = 1
    where flows.exporter_iso3 is not null and flows.importer_iso3 is not null
    group by flows.exporter_iso3, flows.importer_iso3, flows.year, flows.vintage, flows.file_id

)

select
    {{ trade_report_columns() }}
from reconciled
