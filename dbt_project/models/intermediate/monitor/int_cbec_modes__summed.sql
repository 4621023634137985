with of_modes as (

    select
        trade.period_kind,
        trade.period_date,
        trade.period_last_month,
        trade.year,
        flow_names.flow,
        case when trade.reported_by = 'exporter' then trade.exporter_iso3 else trade.importer_iso3 end
            as reporting_iso3,
        trade.mode_code,
        modes.name_en as mode_name,
        modes.announcement,
        modes.valid_from as mode_valid_from,
        case when trade.commodity_code = trade_sources.total_commodity_code then 0 else length(trade.commodity_code) end
            as commodity_digits,
        case when trade.reported_by = 'exporter' then trade.importer_code else trade.exporter_code end = 'all'
            as is_all_countries,
        trade.registration_place_code = 'all' as is_all_places,
        trade.commodity_code,
        trade.exporter_code,
        trade.importer_code,
        trade.registration_place_code,
        trade.trade_value_cny,
        trade.trade_value_usd,
        trade.is_sum_of_months,
        trade.vintage,
        trade.file_id
    from {{ ref("int_commodity_trade__paired") }} as trade
    inner join {{ ref("trade_sources") }} as trade_sources
        on trade_sources.source = trade.source
    inner join {{ ref("trade_flow_names") }} as flow_names
        on flow_names.source = trade.source
        and flow_names.reported_by = trade.reported_by
    -- Only modes of cross-border e-commerce, in their direction, and only from their first day to their last.
    inner join {{ ref("supervision_modes") }} as modes
        on modes.code = trade.mode_code
        and modes.is_cross_border_ecommerce
        and not (modes.direction = 'import' and trade.reported_by = 'exporter')
        and not (modes.direction = 'export' and trade.reported_by = 'importer')
        and extract(year from modes.valid_from) * 12 + extract(month from modes.valid_from)
        <= extract(year from trade.period_last_month) * 12 + extract(month from trade.period_last_month)
        and (modes.valid_to is null or modes.valid_to >= trade.period_date)
    where
        trade.mode_kind = 'supervision_mode'
        and trade.period_kind in ('month', 'year')

),

slices as (

    -- Depths of codes overlap, and so do all partners and single ones, all places and single ones: each summed apart.
    select
        period_kind,
        period_date,
        year,
        flow,
        reporting_iso3,
        mode_code,
        max(mode_name) as mode_name,
        max(announcement) as announcement,
        max(mode_valid_from) as mode_valid_from,
        commodity_digits,
        is_all_countries,
        is_all_places,
        count(*) as row_count,
        count(distinct commodity_code) as commodity_count,
        max(cast(is_sum_of_months as integer)) = 1 as is_sum_of_months,
        {%- for currency in ["cny", "usd"] %}
        case
            when count(trade_value_{{ currency }}) = count(*)
                then
                    sum(
                        trade_value_{{ currency }}
                        {{ in_order_of("commodity_code, exporter_code, importer_code, registration_place_code") }}
                    )
        end as value_{{ currency }},
        {%- endfor %}
        max(vintage) as vintage,
        case when min(file_id) = max(file_id) and count(file_id) = count(*) then min(file_id) end as file_id
    from of_modes
    group by
        period_kind,
        period_date,
        year,
        flow,
        reporting_iso3,
        mode_code,
        commodity_digits,
        is_all_countries,
        is_all_places

),

ranked as (

    -- A query may have asked for some commodities, partners or places alone: each sum is the least that the mode can
    -- be, and the largest says most.
    select
        period_kind,
        period_date,
        year,
        flow,
        reporting_iso3,
        mode_code,
        mode_name,
        announcement,
        mode_valid_from,
        commodity_digits,
        is_all_countries,
        is_all_places,
        row_count,
        commodity_count,
        is_sum_of_months,
        value_cny,
        value_usd,
        vintage,
        file_id,
        row_number() over (
            partition by period_kind, period_date, flow, reporting_iso3, mode_code
            order by
                coalesce(value_cny, value_usd) desc nulls last,
                commodity_digits,
                is_all_countries desc,
                is_all_places desc
        ) as place
    from slices

)

select
    case when period_kind = 'year' then cast(year as varchar) else substring(cast(period_date as varchar), 1, 7) end
        as period,
    flow,
    reporting_iso3,
    mode_code,
    mode_name,
    row_count = 1 and not is_sum_of_months as is_reported,
    case
        when commodity_digits = 0 then 'all commodities'
        else 'commodity codes of ' || commodity_digits || ' digits'
    end
    || case when is_all_countries then ', all countries' else ', single countries' end
    || case when is_all_places then ', all places' else ', single places' end as scope,
    commodity_count,
    value_cny,
    value_usd,
    announcement,
    mode_valid_from,
    case
        when commodity_digits > 0
            then
                'Sum of ' || commodity_count || ' commodity codes that were landed: the least that the mode can be, '
                || 'and all of it only if the query left none out.'
    end as caveat,
    vintage,
    file_id
from ranked
where place = 1
