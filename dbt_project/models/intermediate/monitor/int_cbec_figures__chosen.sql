with figures as (

    select
        facts.period,
        facts.concept,
        facts.flow,
        facts.breakdown,
        facts.item,
        facts.status as figure_status,
        statuses.is_conversion,
        units.currency,
        facts.value * units.factor as value,
        facts.value_half_unit * units.factor as value_half_unit,
        facts.growth_on_year_pct,
        facts.growth_half_unit_pct,
        facts.growth_bound,
        facts.item_rank,
        facts.item_count,
        facts.item_count_bound,
        facts.share_of_goods_trade_pct,
        facts.derived_from_value * units.factor as derived_from_value,
        facts.derived_by_factor,
        coalesce(facts.source_publisher, files.publisher) as source_publisher,
        facts.source_url,
        facts.source_note,
        facts.vintage,
        facts.file_id,
        -- One page may be cited by several files: the latest release of the facts, then the rule that holds for all.
        row_number() over (
            partition by facts.period, facts.concept, facts.flow, facts.breakdown, facts.item, facts.status
            order by
                facts.vintage desc,
                {{ file_preference("facts.loaded_at", "files.retrieved_at", "files.row_count", "facts.file_id") }}
        ) as place
    from {{ ref("stg_cited_facts__china_cbec_national") }} as facts
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = facts.file_id
    left join {{ ref("cbec_figure_units") }} as units
        on units.unit = facts.unit
    left join {{ ref("cbec_figure_statuses") }} as statuses
        on statuses.figure_status = facts.status
    where {{ as_of("facts.vintage") }}

),

conversions as (

    select
        period,
        concept,
        flow,
        breakdown,
        item,
        currency,
        value,
        value_half_unit,
        source_url,
        source_note
    from figures
    where
        place = 1
        and is_conversion

)

select
    figures.period,
    figures.concept,
    figures.flow,
    figures.breakdown,
    figures.item,
    figures.figure_status,
    case when figures.currency = 'CNY' then figures.value end as value_cny,
    case when figures.currency = 'CNY' then figures.value_half_unit end as value_cny_half_unit,
    case when figures.currency = 'USD' then figures.value else conversions.value end as value_usd,
    case
        when figures.currency = 'USD' then 'reported'
        when conversions.value is not null then 'converted_by_source'
    end as value_usd_origin,
    conversions.source_url as conversion_url,
    conversions.source_note as conversion_note,
    figures.growth_on_year_pct,
    figures.growth_half_unit_pct,
    figures.growth_bound,
    figures.item_rank,
    figures.item_count,
    figures.item_count_bound,
    figures.share_of_goods_trade_pct,
    figures.derived_from_value,
    figures.derived_by_factor,
    figures.source_publisher,
    figures.source_url,
    figures.source_note,
    figures.vintage,
    figures.file_id
from figures
-- A page converts the figure that it reports, not one that replaced it.
left join conversions
    on conversions.period = figures.period
    and conversions.concept = figures.concept
    and conversions.flow = figures.flow
    and conversions.breakdown = figures.breakdown
    and conversions.item = figures.item
    and conversions.currency = 'USD'
    and figures.currency = 'CNY'
    and figures.figure_status = 'reported'
where
    figures.place = 1
    and not figures.is_conversion
