with reported as (

    select
        'gacc' as source,
        queries.file_id,
        queries.row_number,
        queries.vintage,
        queries.loaded_at,
        flow_names.reported_by,
        queries.period_from,
        queries.period_to,
        queries.period_months,
        queries.year,
        case
            when flow_names.reported_by = 'exporter' then queries.reporting_code_gacc
            else coalesce(queries.partner_code_gacc, 'all')
        end as exporter_code,
        case
            when flow_names.reported_by = 'exporter' then coalesce(queries.partner_code_gacc, 'all')
            else queries.reporting_code_gacc
        end as importer_code,
        case when flow_names.reported_by = 'exporter' then queries.reporting_iso3 else queries.partner_iso3 end
            as exporter_iso3,
        case when flow_names.reported_by = 'exporter' then queries.partner_iso3 else queries.reporting_iso3 end
            as importer_iso3,
        cast(null as varchar) as commodity_classification,
        coalesce(queries.commodity_code, trade_sources.total_commodity_code) as commodity_code,
        queries.commodity_name,
        case
            when queries.supervision_mode_code is not null then 'supervision_mode'
            when queries.trade_mode_code is not null then 'trade_mode'
            else 'all'
        end as mode_kind,
        coalesce(queries.supervision_mode_code, queries.trade_mode_code, 'all') as mode_code,
        coalesce(queries.registration_place_code, 'all') as registration_place_code,
        case when queries.trade_value_cny is not null then 'CNY' else 'USD' end as currency,
        coalesce(queries.trade_value_cny, queries.trade_value_usd) as trade_value,
        queries.quantity_1,
        queries.quantity_1_unit,
        queries.quantity_2,
        queries.quantity_2_unit,
        'reported' as value_origin,
        cast(null as boolean) as is_quantity_estimated
    from {{ ref("stg_gacc__commodity_trade") }} as queries
    inner join {{ ref("trade_flow_names") }} as flow_names
        on flow_names.source = 'gacc'
        and flow_names.flow = queries.flow
    inner join {{ ref("trade_sources") }} as trade_sources
        on trade_sources.source = 'gacc'
    union all
    select
        'un_comtrade',
        flows.file_id,
        flows.row_number,
        flows.vintage,
        flows.loaded_at,
        flows.reported_by,
        case
            when flows.frequency_code = 'A' then make_date(flows.year, 1, 1)
            else make_date(flows.year, cast(substring(flows.period, 5, 2) as integer), 1)
        end,
        case
            when flows.frequency_code = 'A' then make_date(flows.year, 12, 1)
            else make_date(flows.year, cast(substring(flows.period, 5, 2) as integer), 1)
        end,
        case when flows.frequency_code = 'A' then 12 else 1 end,
        flows.year,
        case when flows.reported_by = 'exporter' then flows.reporter_code else flows.partner_code end,
        case when flows.reported_by = 'exporter' then flows.partner_code else flows.reporter_code end,
        flows.exporter_iso3,
        flows.importer_iso3,
        coalesce(editions.hs_edition, flows.commodity_classification),
        flows.commodity_code,
        flows.commodity_name,
        'all',
        'all',
        'all',
        'USD',
        flows.trade_value_usd,
        flows.quantity,
        flows.quantity_unit,
        flows.net_weight_kg,
        case when flows.net_weight_kg is not null then 'kg' end,
        'reported',
        flows.is_quantity_estimated
        or (flows.net_weight_kg is not null and flows.is_net_weight_estimated)
    from {{ ref("stg_un_comtrade__flows") }} as flows
    left join {{ ref("hs_editions") }} as editions
        on editions.comtrade_code = flows.commodity_classification
    where
        flows.is_additive
        and flows.type_code = 'C'
    union all
    select
        'baci',
        file_id,
        row_number,
        vintage,
        loaded_at,
        'reconciled',
        make_date(year, 1, 1),
        make_date(year, 12, 1),
        12,
        year,
        exporter_code_baci,
        importer_code_baci,
        exporter_iso3,
        importer_iso3,
        hs_edition,
        commodity_code,
        cast(null as varchar),
        'all',
        'all',
        'all',
        'USD',
        trade_value_usd,
        quantity_tonnes,
        case when quantity_tonnes is not null then 't' end,
        cast(null as double),
        cast(null as varchar),
        'reconciled',
        cast(null as boolean)
    from {{ ref("stg_baci__flows") }}

),

-- A query download names no edition: China takes a new one over on the first of January of its year.
editions as (

    select
        hs_edition,
        cast(extract(year from in_force_from) as integer) as first_year,
        lead(cast(extract(year from in_force_from) as integer)) over (order by in_force_from) as next_first_year
    from {{ ref("hs_editions") }}

)

select
    reported.source,
    reported.file_id,
    reported.row_number,
    reported.vintage,
    reported.loaded_at,
    reported.reported_by,
    case
        when reported.period_months = 1 then 'month'
        when reported.period_months = 12 and reported.year is not null then
            case when reported.vintage > make_date(reported.year, 12, 31) then 'year' else 'unfinished_year' end
        else 'months'
    end as period_kind,
    reported.period_from as period_date,
    reported.period_to as period_last_month,
    reported.year,
    reported.exporter_code,
    reported.importer_code,
    reported.exporter_iso3,
    reported.importer_iso3,
    coalesce(reported.commodity_classification, editions.hs_edition) as commodity_classification,
    reported.commodity_code,
    reported.commodity_name,
    reported.mode_kind,
    reported.mode_code,
    reported.registration_place_code,
    reported.currency,
    reported.trade_value,
    reported.quantity_1,
    reported.quantity_1_unit,
    reported.quantity_2,
    reported.quantity_2_unit,
    reported.value_origin,
    reported.is_quantity_estimated
from reported
left join editions
    on extract(year from reported.period_from) >= editions.first_year
    and (editions.next_first_year is null or extract(year from reported.period_from) < editions.next_first_year)
where
    reported.trade_value is not null
    and {{ as_of("reported.vintage") }}
