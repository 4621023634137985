{%- set numbers = [
    "value_cny", "value_cny_half_unit", "value_usd", "growth_on_year_pct", "growth_half_unit_pct", "item_rank",
    "item_count", "share_of_goods_trade_pct", "share_of_flow_pct", "derived_from_value", "derived_by_factor",
] -%}

with shares as (

    select
        shares.period,
        shares.concept,
        shares.flow,
        shares.country_iso3,
        shares.share_pct,
        files.publisher,
        shares.source_url,
        shares.vintage,
        shares.file_id,
        row_number() over (
            partition by shares.period, shares.concept, shares.flow, shares.country_iso3
            order by
                shares.vintage desc,
                {{ file_preference("shares.loaded_at", "files.retrieved_at", "files.row_count", "shares.file_id") }}
        ) as place
    from {{ ref("stg_cited_facts__china_cbec_partner_shares") }} as shares
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = shares.file_id
    where {{ as_of("shares.vintage") }}

),

combined as (

    select
        'cited_facts' as source,
        cast(null as varchar) as reporting_iso3,
        concept,
        period,
        flow,
        breakdown,
        item,
        cast(null as varchar) as item_name,
        cast(null as varchar) as country_iso3,
        'printed' as scope,
        figure_status,
        value_cny,
        value_cny_half_unit,
        value_usd,
        value_usd_origin,
        conversion_url,
        growth_on_year_pct,
        growth_half_unit_pct,
        growth_bound,
        item_rank,
        item_count,
        item_count_bound,
        share_of_goods_trade_pct,
        cast(null as double) as share_of_flow_pct,
        derived_from_value,
        derived_by_factor,
        source_publisher,
        source_url,
        coalesce(source_note || case when conversion_note is not null then '; ' else '' end, '')
        || coalesce(conversion_note, '') as notes,
        cast(null as varchar) as caveat,
        vintage,
        file_id
    from {{ ref("int_cbec_figures__chosen") }}
    union all
    -- Of a partner only its share is printed.
    select
        'cited_facts',
        cast(null as varchar),
        concept,
        period,
        flow,
        'partner',
        country_iso3,
        cast(null as varchar),
        country_iso3,
        'printed',
        'reported',
        cast(null as double),
        cast(null as double),
        cast(null as double),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as double),
        cast(null as double),
        cast(null as varchar),
        row_number() over (partition by concept, period, flow order by share_pct desc, country_iso3),
        cast(null as integer),
        cast(null as varchar),
        cast(null as double),
        share_pct,
        cast(null as double),
        cast(null as double),
        publisher,
        source_url,
        '',
        cast(null as varchar),
        vintage,
        file_id
    from shares
    where place = 1
    union all
    select
        'gacc',
        modes.reporting_iso3,
        'customs_modes',
        modes.period,
        modes.flow,
        'supervision_mode',
        modes.mode_code,
        modes.mode_name,
        cast(null as varchar),
        modes.scope,
        case when modes.is_reported then 'reported' else 'derived' end,
        modes.value_cny,
        0.5,
        modes.value_usd,
        case when modes.value_usd is not null then 'reported' end,
        cast(null as varchar),
        cast(null as double),
        cast(null as double),
        cast(null as varchar),
        cast(null as bigint),
        cast(null as integer),
        cast(null as varchar),
        cast(null as double),
        cast(null as double),
        cast(null as double),
        cast(null as double),
        files.publisher,
        files.source_url,
        modes.scope || '; mode by ' || modes.announcement,
        modes.caveat,
        modes.vintage,
        modes.file_id
    from {{ ref("int_cbec_modes__summed") }} as modes
    left join {{ ref("stg_meta__files") }} as files
        on files.file_id = modes.file_id

),

dated as (

    select
        source,
        reporting_iso3,
        concept,
        period,
        case
            when length(period) = 4 then 'year'
            when substring(period, 5, 1) = 'H' then 'half_year'
            when substring(period, 5, 1) = 'Q' and length(period) = 6 then 'quarter'
            when substring(period, 5, 1) = 'Q' then 'quarters'
            when length(period) = 7 then 'month'
            else 'months'
        end as period_type,
        cast(substring(period, 1, 4) as integer) as first_year,
        case
            when length(period) = 4 then 1
            when substring(period, 5, 1) = 'H' then cast(substring(period, 6, 1) as integer) * 6 - 5
            when substring(period, 5, 1) = 'Q' then cast(substring(period, 6, 1) as integer) * 3 - 2
            else cast(substring(period, 6, 2) as integer)
        end as first_month,
        -- A run of months may end in another year.
        case when length(period) > 11 then cast(substring(period, 10, 4) as integer) end as last_year,
        flow,
        breakdown,
        item,
        item_name,
        country_iso3,
        scope,
        figure_status,
        value_usd_origin,
        conversion_url,
        growth_bound,
        item_count_bound,
        {{ numbers | join(",\n        ") }},
        source_publisher,
        source_url,
        nullif(notes, '') as notes,
        caveat,
        vintage,
        file_id
    from combined

)

select
    source,
    reporting_iso3,
    concept,
    period,
    period_type,
    first_year,
    case when last_year is null or last_year = first_year then first_year end as year,
    case when period_type <> 'year' then make_date(first_year, first_month, 1) end as period_date,
    case
        when period_type <> 'months' then cast(first_year - 1 as varchar) || substring(period, 5)
    end as previous_period,
    flow,
    breakdown,
    item,
    item_name,
    country_iso3,
    scope,
    figure_status,
    value_usd_origin,
    conversion_url,
    growth_bound,
    item_count_bound,
    {{ numbers | join(",\n    ") }},
    source_publisher,
    source_url,
    notes,
    caveat,
    vintage,
    file_id
from dated
