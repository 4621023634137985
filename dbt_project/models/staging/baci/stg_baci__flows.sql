with flows as (

    select *
    from {{ source("baci", "flows") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        flows.file_id,
        flows.row_number,
        flows.vintage,
        flows.loaded_at,
        flows.year,
        exporters.country_iso3 as exporter_iso3,
        importers.country_iso3 as importer_iso3,
        {{ trimmed("flows.exporter_code") }} as exporter_code_baci,
        {{ trimmed("flows.importer_code") }} as importer_code_baci,
        {{ trimmed("flows.hs_edition") }} as hs_edition,
        {{ trimmed("flows.product_code") }} as commodity_code,
        -- The source prints thousands.
        cast({{ trimmed("flows.value_usd_thousand") }} as double) * 1000 as trade_value_usd,
        cast({{ trimmed("flows.quantity_tonnes") }} as double) as quantity_tonnes
    from flows
    left join countries as exporters
        on {{ is_code_of("exporters", "baci", trimmed("flows.exporter_code"), "flows.year") }}
    left join countries as importers
        on {{ is_code_of("importers", "baci", trimmed("flows.importer_code"), "flows.year") }}

)

select *
from renamed
