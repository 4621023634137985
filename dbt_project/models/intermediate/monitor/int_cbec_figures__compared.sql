{%- set told = [
    "source", "reporting_iso3", "concept", "period", "period_type", "first_year", "year", "period_date",
    "previous_period", "flow", "breakdown", "item", "item_name", "country_iso3", "scope", "figure_status",
    "value_usd_origin", "conversion_url", "growth_bound", "item_count_bound", "value_cny",
    "value_cny_half_unit", "value_usd", "growth_on_year_pct", "growth_half_unit_pct", "item_rank",
    "item_count", "share_of_goods_trade_pct", "share_of_flow_pct", "derived_from_value", "derived_by_factor",
    "source_publisher", "source_url", "notes", "caveat", "vintage", "file_id",
] -%}
{%- set series = ["source", "reporting_iso3", "concept", "flow", "breakdown", "item", "scope"] -%}

with ranked as (

    select
        figures.{{ told | join(",\n        figures.") }},
        statuses.preference,
        row_number() over (
            partition by figures.{{ series | join(", figures.") }}, figures.period
            order by statuses.preference, figures.figure_status
        ) = 1 as is_main_figure
    from {{ ref("int_cbec_figures__unioned") }} as figures
    left join {{ ref("cbec_figure_statuses") }} as statuses
        on statuses.figure_status = figures.figure_status

),

flows as (

    -- A total printed as 2.1 trillion has fewer digits than the exports and imports printed beside it.
    select
        source,
        reporting_iso3,
        concept,
        breakdown,
        item,
        scope,
        period,
        figure_status,
        sum(value_cny {{ in_order_of("flow") }}) as flows_sum_cny
    from ranked
    where flow in ('exports', 'imports')
    group by source, reporting_iso3, concept, breakdown, item, scope, period, figure_status
    having count(value_cny) = 2

),

levels as (

    select
        ranked.{{ told | join(",\n        ranked.") }},
        ranked.preference,
        ranked.is_main_figure,
        flows.flows_sum_cny
    from ranked
    left join flows
        on flows.source = ranked.source
        and flows.reporting_iso3 is not distinct from ranked.reporting_iso3
        and flows.concept = ranked.concept
        and flows.breakdown = ranked.breakdown
        and flows.item = ranked.item
        and flows.scope = ranked.scope
        and flows.period = ranked.period
        and flows.figure_status = ranked.figure_status
        and ranked.flow = 'total'

),

based as (

    -- Like on like: a first release on a first release, a revised figure on a revised one, as far as there is one.
    select
        levels.{{ told | join(",\n        levels.") }},
        levels.is_main_figure,
        levels.flows_sum_cny,
        bases.figure_status as base_status,
        bases.value_cny as base_value_cny,
        bases.value_cny_half_unit as base_half_unit,
        case when bases.value_usd_origin = 'reported' and levels.value_usd_origin = 'reported' then bases.value_usd end
            as base_value_usd,
        bases.flows_sum_cny as base_flows_sum_cny,
        bases.derived_from_value as base_derived_from_value,
        bases.derived_by_factor as base_derived_by_factor,
        row_number() over (
            partition by levels.{{ series | join(", levels.") }}, levels.period, levels.figure_status
            order by
                case when bases.figure_status = levels.figure_status then 0 else 1 end,
                bases.preference,
                bases.figure_status
        ) as base_place
    from levels
    left join levels as bases
        on bases.source = levels.source
        and bases.reporting_iso3 is not distinct from levels.reporting_iso3
        and bases.concept = levels.concept
        and bases.flow = levels.flow
        and bases.breakdown = levels.breakdown
        and bases.item = levels.item
        and bases.scope = levels.scope
        and bases.period = levels.previous_period
        and (bases.value_cny is not null or bases.value_usd is not null)

),

judged as (

    select
        {{ told | join(",\n        ") }},
        is_main_figure,
        flows_sum_cny,
        base_status,
        base_value_cny,
        base_half_unit,
        base_value_usd,
        case when base_status <> 'derived' then base_flows_sum_cny end as base_flows_sum_cny,
        base_status = 'derived'
        and growth_on_year_pct is not null
        and case
            when base_derived_from_value is not null
                then
                    abs(base_derived_from_value - value_cny) <= value_cny_half_unit
                    and abs(100 * (base_derived_by_factor - 1) - growth_on_year_pct) <= growth_half_unit_pct
            -- Without its arithmetic a derived base is taken for circular where it is what that growth would give.
            else abs(value_cny / (1 + growth_on_year_pct / 100) - base_value_cny) <= base_half_unit
        end as is_growth_circular
    from based
    where base_place = 1

),

computed as (

    select
        {{ told | join(",\n        ") }},
        is_main_figure,
        flows_sum_cny,
        base_status,
        base_value_cny,
        coalesce(is_growth_circular, false) as is_growth_circular,
        case
            when not coalesce(is_growth_circular, false)
                then
                    coalesce(
                        {{ growth_pct("value_cny", "base_value_cny") }},
                        {{ growth_pct("value_usd", "base_value_usd") }}
                    )
        end as growth_computed_pct,
        case
            when not coalesce(is_growth_circular, false)
                then
                    {{ growth_pct("value_cny - value_cny_half_unit", "base_value_cny + base_half_unit") }}
        end as growth_computed_low_pct,
        case
            when not coalesce(is_growth_circular, false)
                then
                    {{ growth_pct("value_cny + value_cny_half_unit", "base_value_cny - base_half_unit") }}
        end as growth_computed_high_pct,
        {{ growth_pct("coalesce(flows_sum_cny, value_cny)", "base_flows_sum_cny") }} as growth_of_flows_pct
    from judged

),

held_against as (

    select
        {{ told | join(",\n        ") }},
        is_main_figure,
        base_status,
        base_value_cny,
        growth_computed_pct,
        growth_computed_low_pct,
        growth_computed_high_pct,
        is_growth_circular,
        growth_computed_pct - growth_on_year_pct as growth_difference,
        case
            when growth_bound is null
                then abs(growth_computed_pct - growth_on_year_pct) > growth_half_unit_pct
        end as is_growth_contradicted,
        growth_computed_high_pct >= growth_on_year_pct - growth_half_unit_pct
        and growth_computed_low_pct <= growth_on_year_pct + growth_half_unit_pct as is_within_rounding,
        flows_sum_cny,
        growth_of_flows_pct
    from computed

)

select
    {{ told | join(",\n    ") }},
    is_main_figure,
    base_status,
    base_value_cny,
    growth_computed_pct,
    growth_computed_low_pct,
    growth_computed_high_pct,
    is_growth_circular,
    growth_difference,
    is_growth_contradicted,
    case
        when is_growth_circular then 'circular'
        when growth_on_year_pct is null then 'nothing printed'
        when growth_bound is not null then 'bound'
        when growth_computed_pct is null then 'no base'
        when not is_growth_contradicted then 'agrees'
        when is_within_rounding then 'contradicted within rounding of levels'
        else 'contradicted'
    end as growth_check,
    flows_sum_cny,
    growth_of_flows_pct
from held_against
