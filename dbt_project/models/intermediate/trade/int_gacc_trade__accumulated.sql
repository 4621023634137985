with bulletins as (

    -- A bulletin states the year to its month, revisions of the months before it included.
    select
        flow_names.reported_by,
        flow_names.valuation,
        case
            when flow_names.reported_by = 'exporter' then rows_of_page.reporting_iso3
            else rows_of_page.partner_iso3
        end as exporter_iso3,
        case
            when flow_names.reported_by = 'exporter' then rows_of_page.partner_iso3
            else rows_of_page.reporting_iso3
        end as importer_iso3,
        rows_of_page.year,
        rows_of_page.month,
        rows_of_page.value_year_to_date_usd,
        rows_of_page.vintage,
        rows_of_page.file_id,
        row_number() over (
            partition by
                rows_of_page.reporting_iso3,
                rows_of_page.partner_iso3,
                rows_of_page.flow,
                rows_of_page.year,
                rows_of_page.month,
                rows_of_page.vintage
            order by
                {{ file_preference("rows_of_page.loaded_at", "files.retrieved_at", "1", "rows_of_page.file_id") }}
        ) as place_in_vintage
    from {{ ref("stg_gacc__trade_by_country") }} as rows_of_page
    inner join {{ ref("trade_flow_names") }} as flow_names
        on flow_names.source = 'gacc'
        and flow_names.flow = rows_of_page.flow
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = rows_of_page.file_id
    where
        not rows_of_page.is_subtotal
        and rows_of_page.partner_iso3 is not null
        and rows_of_page.reporting_iso3 is not null
        and rows_of_page.value_year_to_date_usd is not null
        and {{ as_of("rows_of_page.vintage") }}

),

customs as (

    select
        'gacc' as source,
        reported_by,
        exporter_iso3,
        importer_iso3,
        year,
        value_year_to_date_usd as trade_value_usd,
        cast(null as double) as value_fob_usd,
        valuation,
        'reported' as value_origin,
        cast(month as integer) as months_reported,
        vintage,
        file_id
    from bulletins
    where place_in_vintage = 1

)

select
    {{ trade_report_columns() }}
from customs
