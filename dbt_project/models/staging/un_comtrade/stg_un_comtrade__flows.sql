with flows as (

    select *
    from {{ source("un_comtrade", "flows") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

coded as (

    select
        flows.file_id,
        flows.row_number,
        flows.vintage,
        flows.loaded_at,
        coalesce({{ trimmed("flows.type_code") }}, classifications.type_code) as type_code,
        -- The old site's layouts do not say: a period of four digits is a year.
        coalesce(
            {{ trimmed("flows.frequency_code") }}, case when length(trim(flows.period)) = 4 then 'A' else 'M' end
        ) as frequency_code,
        {{ trimmed("flows.period") }} as period,
        flows.year,
        {{ trimmed("flows.reporter_code") }} as reporter_code,
        {{ trimmed("flows.partner_code") }} as partner_code,
        reporters.country_iso3 as reporter_iso3,
        reporters.kind as reporter_kind,
        partners.country_iso3 as partner_iso3,
        partners.kind as partner_kind,
        flow_codes.flow_code,
        flow_codes.reported_by,
        {{ trimmed("flows.classification_code") }} as commodity_classification,
        {{ trimmed("flows.commodity_code") }} as commodity_code,
        {{ trimmed("flows.commodity_name") }} as commodity_name,
        {{ trimmed("flows.commodity_code") }} = classifications.total_code as is_total,
        cast({{ trimmed("flows.value_usd") }} as double) as trade_value_usd,
        cast({{ trimmed("flows.value_cif_usd") }} as double) as value_cif_usd,
        cast({{ trimmed("flows.value_fob_usd") }} as double) as value_fob_usd,
        {{ trimmed("flows.quantity_unit_code") }} = totals.no_quantity_unit_code as has_no_quantity,
        cast({{ trimmed("flows.quantity") }} as double) as quantity,
        {{ trimmed("flows.quantity_unit") }} as quantity_unit,
        -- Nothing that is traded weighs nothing: the source prints 0 where it has no weight.
        nullif(cast({{ trimmed("flows.net_weight_kg") }} as double), 0) as net_weight_kg,
        coalesce(flows.is_quantity_estimated, estimation_flags.is_quantity_estimated) as is_quantity_estimated,
        coalesce(flows.is_net_weight_estimated, estimation_flags.is_net_weight_estimated) as is_net_weight_estimated,
        flows.is_reported,
        flows.is_aggregate,
        {{ trimmed("flows.legacy_estimation_flag") }} as legacy_estimation_flag,
        -- A breakdown that the file does not speak of is none.
        coalesce({{ trimmed("flows.partner2_code") }}, totals.total_partner2_code) = totals.total_partner2_code
        and coalesce({{ trimmed("flows.customs_code") }}, totals.total_customs_code) = totals.total_customs_code
        and coalesce({{ trimmed("flows.mode_of_supply_code") }}, totals.total_mode_of_supply_code)
        = totals.total_mode_of_supply_code
        and coalesce({{ trimmed("flows.mode_of_transport_code") }}, totals.total_mode_of_transport_code)
        = totals.total_mode_of_transport_code
        and flow_codes.is_additive as is_additive,
        {{ trimmed("flows.partner_code") }} = totals.total_partner_code as is_partner_world
    from flows
    left join {{ ref("flow_codes") }} as flow_codes
        on flow_codes.source = 'un_comtrade'
        and flow_codes.code = {{ trimmed("flows.flow_code") }}
    left join {{ ref("un_comtrade_totals") }} as totals
        on totals.code_list = flow_codes.code_list
    left join {{ ref("commodity_classifications") }} as classifications
        on classifications.classification_code = {{ trimmed("flows.classification_code") }}
    left join {{ ref("estimation_flags") }} as estimation_flags
        on estimation_flags.source = 'un_comtrade'
        and estimation_flags.flag = {{ trimmed("flows.legacy_estimation_flag") }}
    left join countries as reporters
        on {{ is_code_of("reporters", "un_comtrade", trimmed("flows.reporter_code"), "flows.year") }}
    left join countries as partners
        on {{ is_code_of("partners", "un_comtrade", trimmed("flows.partner_code"), "flows.year") }}

),

directed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        type_code,
        frequency_code,
        period,
        year,
        case when reported_by = 'exporter' then reporter_iso3 else partner_iso3 end as exporter_iso3,
        case when reported_by = 'exporter' then partner_iso3 else reporter_iso3 end as importer_iso3,
        reported_by,
        reporter_code,
        reporter_kind,
        partner_code,
        partner_kind,
        is_partner_world,
        flow_code,
        commodity_classification,
        commodity_code,
        commodity_name,
        is_total,
        trade_value_usd,
        value_cif_usd,
        value_fob_usd,
        case when not coalesce(has_no_quantity, false) then quantity end as quantity,
        case when not coalesce(has_no_quantity, false) then quantity_unit end as quantity_unit,
        net_weight_kg,
        is_quantity_estimated,
        is_net_weight_estimated,
        is_reported,
        is_aggregate,
        legacy_estimation_flag,
        is_additive,
        coalesce(reporter_iso3 = partner_iso3, false) as is_self_trade
    from coded

)

select *
from directed
