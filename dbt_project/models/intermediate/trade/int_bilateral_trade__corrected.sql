with corrected as (

    select
        trade.source,
        trade.exporter_iso3,
        trade.importer_iso3,
        trade.year,
        trade.reported_by,
        case
            when corrections.correction_id is null then trade.trade_value_usd
            else corrections.corrected_value
        end as trade_value_usd,
        case
            when corrections.correction_id is null then trade.value_fob_usd
            else corrections.corrected_value_fob_usd
        end as value_fob_usd,
        trade.valuation,
        case when corrections.is_correction_expected then 'corrected' else trade.value_origin end as value_origin,
        trade.months_reported,
        trade.vintage,
        trade.file_id
    from {{ ref("int_bilateral_trade__unioned") }} as trade
    left join {{ ref("int_trade_corrections__matched") }} as corrections
        on corrections.source = trade.source
        and corrections.exporter_iso3 = trade.exporter_iso3
        and corrections.importer_iso3 = trade.importer_iso3
        and corrections.year = trade.year
        and corrections.reported_by = trade.reported_by
        and corrections.vintage = trade.vintage
        and corrections.months_reported is not distinct from trade.months_reported

)

select
    {{ trade_report_columns() }}
from corrected
-- The action 'remove' leaves no value.
where trade_value_usd is not null
