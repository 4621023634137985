with comtrade_totals as (

    -- One code may have become two within a year: their trade is one country's. Of the classifications that a vintage
    -- states a total in, the first by name; they state the same trade.
    select
        totals.exporter_iso3,
        totals.importer_iso3,
        totals.reported_by,
        totals.year,
        totals.frequency_code,
        totals.period,
        sum(
            coalesce(totals.value_cif_usd, totals.trade_value_usd) {{ in_order_of("totals.row_number") }}
        ) as trade_value_usd,
        sum(totals.value_fob_usd {{ in_order_of("totals.row_number") }}) as value_fob_usd,
        count(totals.value_cif_usd) as rows_with_cif,
        totals.vintage,
        totals.file_id,
        row_number() over (
            partition by
                totals.exporter_iso3,
                totals.importer_iso3,
                totals.reported_by,
                totals.frequency_code,
                totals.period,
                totals.vintage
            order by
                totals.commodity_classification,
                {{
                    file_preference(
                        "max(totals.loaded_at)", "max(files.retrieved_at)", "count(*)", "totals.file_id"
                    )
                }}
        ) as place_in_vintage
    from {{ ref("stg_un_comtrade__flows") }} as totals
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = totals.file_id
    where
        totals.type_code = 'C'
        and totals.is_total
        and totals.is_additive
        and totals.exporter_iso3 is not null
        and totals.importer_iso3 is not null
        and totals.trade_value_usd is not null
        and {{ as_of("totals.vintage") }}
    group by
        totals.exporter_iso3,
        totals.importer_iso3,
        totals.reported_by,
        totals.year,
        totals.frequency_code,
        totals.period,
        totals.commodity_classification,
        totals.vintage,
        totals.file_id

),

comtrade as (

    select
        exporter_iso3,
        importer_iso3,
        reported_by,
        year,
        frequency_code,
        period,
        trade_value_usd,
        case when reported_by = 'importer' and rows_with_cif > 0 then value_fob_usd end as value_fob_usd,
        -- Some countries report imports free on board: their rows have that value alone.
        case
            when reported_by = 'importer' and (rows_with_cif > 0 or value_fob_usd is null) then 'cif'
            else 'fob'
        end as valuation,
        vintage,
        file_id
    from comtrade_totals
    where place_in_vintage = 1

),

comtrade_months as (

    select
        exporter_iso3,
        importer_iso3,
        reported_by,
        year,
        period,
        trade_value_usd,
        value_fob_usd,
        valuation,
        vintage,
        file_id,
        row_number() over (
            partition by exporter_iso3, importer_iso3, reported_by, period order by vintage desc
        ) as recency
    from comtrade
    where frequency_code = 'M'

),

united_nations as (

    select
        'un_comtrade' as source,
        reported_by,
        exporter_iso3,
        importer_iso3,
        year,
        trade_value_usd,
        value_fob_usd,
        valuation,
        'reported' as value_origin,
        cast(null as integer) as months_reported,
        vintage,
        file_id
    from comtrade
    where frequency_code = 'A'

    union all

    -- Months come in one file each: the year they make is known on the day of the last of them, and rests on all.
    select
        'un_comtrade' as source,
        reported_by,
        exporter_iso3,
        importer_iso3,
        year,
        sum(trade_value_usd {{ in_order_of("period") }}) as trade_value_usd,
        case
            when count(value_fob_usd) = count(*) then sum(value_fob_usd {{ in_order_of("period") }})
        end as value_fob_usd,
        min(valuation) as valuation,
        'reported' as value_origin,
        cast(count(*) as integer) as months_reported,
        max(vintage) as vintage,
        case when min(file_id) = max(file_id) then min(file_id) end as file_id
    from comtrade_months
    where recency = 1
    group by reported_by, exporter_iso3, importer_iso3, year

)

select
    {{ trade_report_columns() }}
from united_nations
