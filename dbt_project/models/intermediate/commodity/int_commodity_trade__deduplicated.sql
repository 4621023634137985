{%- set key = [
    "source", "reported_by", "period_kind", "period_date", "period_last_month", "exporter_code", "importer_code",
    "commodity_classification", "commodity_code", "mode_kind", "mode_code", "registration_place_code", "currency",
] -%}

with ranked as (

    -- Row by row: a query download holds what was asked for, so a later one that lacks a row was asked for less.
    select
        trade.source,
        trade.reported_by,
        trade.period_kind,
        trade.period_date,
        trade.period_last_month,
        trade.exporter_code,
        trade.importer_code,
        trade.commodity_classification,
        trade.commodity_code,
        trade.mode_kind,
        trade.mode_code,
        trade.registration_place_code,
        trade.currency,
        trade.year,
        trade.exporter_iso3,
        trade.importer_iso3,
        trade.commodity_name,
        trade.trade_value,
        trade.quantity_1,
        trade.quantity_1_unit,
        trade.quantity_2,
        trade.quantity_2_unit,
        trade.is_quantity_estimated,
        trade.value_origin,
        trade.vintage,
        trade.file_id,
        row_number() over (
            partition by trade.{{ key | join(", trade.") }}
            order by
                trade.vintage desc,
                {{ file_preference("trade.loaded_at", "files.retrieved_at", "files.row_count", "trade.file_id") }},
                trade.row_number
        ) as place
    from {{ ref("int_commodity_trade__unioned") }} as trade
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = trade.file_id

)

select
    source,
    reported_by,
    period_kind,
    period_date,
    period_last_month,
    exporter_code,
    importer_code,
    commodity_classification,
    commodity_code,
    mode_kind,
    mode_code,
    registration_place_code,
    currency,
    year,
    exporter_iso3,
    importer_iso3,
    commodity_name,
    trade_value,
    quantity_1,
    quantity_1_unit,
    quantity_2,
    quantity_2_unit,
    is_quantity_estimated,
    value_origin,
    vintage,
    file_id
from ranked
where place = 1
