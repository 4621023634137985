with figures as (

    select
        concepts.study,
        concepts.title as concept_title,
        concepts.share_of_concept,
        figures.concept,
        figures.period,
        figures.period_type,
        figures.year,
        figures.period_date,
        figures.flow,
        figures.breakdown,
        figures.item,
        coalesce(figures.item_name, countries.country_name) as item_name,
        figures.country_iso3,
        figures.item_rank,
        statuses.status,
        figures.value_cny,
        figures.value_usd,
        figures.value_usd_origin,
        {{ quotient("figures.value_cny", "figures.value_usd") }} as implied_cny_per_usd,
        rates.value as exchange_rate_cny_per_usd,
        figures.item_count,
        figures.item_count_bound,
        figures.growth_on_year_pct,
        figures.growth_bound,
        figures.base_status,
        figures.base_value_cny,
        figures.previous_period,
        figures.growth_computed_pct,
        figures.growth_computed_low_pct,
        figures.growth_computed_high_pct,
        figures.is_growth_circular,
        figures.growth_difference,
        figures.is_growth_contradicted,
        figures.growth_check,
        figures.flows_sum_cny,
        figures.growth_of_flows_pct,
        figures.share_of_goods_trade_pct,
        figures.share_of_flow_pct,
        figures.is_main_figure,
        figures.caveat,
        figures.notes,
        figures.conversion_url,
        figures.source_publisher,
        figures.source_url,
        figures.source,
        figures.vintage,
        figures.file_id
    from {{ ref("int_cbec_figures__compared") }} as figures
    inner join {{ ref("stg_serai__study_concepts") }} as concepts
        on concepts.concept = figures.concept
    inner join {{ ref("stg_serai__studies") }} as studies
        on studies.study = concepts.study
        and figures.first_year between studies.year_from and studies.year_to
        and (figures.reporting_iso3 is null or figures.reporting_iso3 = studies.reference_iso3)
    left join {{ ref("cbec_figure_statuses") }} as statuses
        on statuses.figure_status = figures.figure_status
    left join {{ ref("countries") }} as countries
        on {{ is_code_of("countries", "iso3", "figures.country_iso3", "figures.first_year") }}
    left join {{ ref("indicators") }} as rate_indicators
        on rate_indicators.column_name = 'exchange_rate_lcu_per_usd'
    left join {{ ref("int_indicators__chosen") }} as rates
        on rates.indicator_code = rate_indicators.indicator_code
        and rates.country_iso3 = studies.reference_iso3
        and rates.year = figures.year

),

wholes as (

    select
        concept,
        period,
        flow,
        value_cny
    from {{ ref("int_cbec_figures__compared") }}
    where
        breakdown = 'all'
        and is_main_figure

)

select
    figures.study,
    figures.concept,
    figures.concept_title,
    figures.period,
    figures.period_type,
    figures.year,
    figures.period_date,
    figures.flow,
    figures.breakdown,
    figures.item,
    figures.item_name,
    figures.country_iso3,
    cast(figures.item_rank as integer) as rank,
    figures.status,
    figures.is_main_figure,
    figures.value_cny,
    figures.value_usd,
    figures.value_usd_origin,
    figures.implied_cny_per_usd,
    figures.exchange_rate_cny_per_usd,
    abs({{ quotient("figures.implied_cny_per_usd", "figures.exchange_rate_cny_per_usd") }} - 1)
    > tolerances.tolerance_share as is_implied_rate_unusual,
    cast(figures.item_count as bigint) as item_count,
    figures.item_count_bound,
    figures.growth_on_year_pct as growth_printed_pct,
    figures.growth_bound,
    figures.growth_computed_pct,
    figures.growth_computed_low_pct,
    figures.growth_computed_high_pct,
    case when figures.base_status is not null then figures.previous_period end as growth_base_period,
    base_statuses.status as growth_base_status,
    figures.base_value_cny as growth_base_value_cny,
    figures.growth_difference,
    figures.is_growth_contradicted,
    figures.is_growth_circular,
    figures.growth_check,
    figures.flows_sum_cny,
    figures.growth_of_flows_pct,
    coalesce(
        figures.share_of_goods_trade_pct, 100 * {{ quotient("figures.value_cny", "wholes.value_cny") }}
    ) as share_of_goods_trade_pct,
    case
        when figures.share_of_goods_trade_pct is not null then 'reported'
        when figures.value_cny is not null and wholes.value_cny is not null then 'derived'
    end as share_of_goods_trade_origin,
    figures.share_of_flow_pct,
    nullif(
        concat_ws(
            ' ',
            figures.caveat,
            case
                when figures.value_usd_origin = 'converted_by_source'
                    then 'The value in US dollars is the page''s own conversion, not a statistic.'
            end,
            case
                when figures.is_growth_circular
                    then 'The level of the year before is known only through this growth rate.'
            end,
            case
                when figures.growth_check = 'contradicted'
                    then 'The printed levels do not give the printed growth, however they were rounded.'
                when figures.growth_check = 'contradicted within rounding of levels'
                    then
                        'The printed levels do not give the printed growth; the few digits that a level is printed '
                        || 'with may be why.'
            end
        ),
        ''
    ) as caveat,
    figures.notes,
    figures.source_publisher,
    figures.source_url,
    figures.conversion_url,
    figures.source,
    figures.vintage,
    figures.file_id
from figures
left join {{ ref("cbec_figure_statuses") }} as base_statuses
    on base_statuses.figure_status = figures.base_status
left join wholes
    on wholes.concept = figures.share_of_concept
    and wholes.period = figures.period
    and wholes.flow = figures.flow
left join {{ ref("exchange_rate_tolerances") }} as tolerances
    on tolerances.compared_with = case when figures.period_type = 'year' then 'whole_year' else 'year' end
