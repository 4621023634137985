with china_cbec_national as (

    select *
    from {{ source("cited_facts", "china_cbec_national") }}

),

renamed as (

    select
        file_id,
        row_number,
        vintage,
        loaded_at,
        {{ trimmed("period") }} as period,
        {{ trimmed("concept") }} as concept,
        {{ trimmed("flow") }} as flow,
        {{ trimmed("breakdown") }} as breakdown,
        {{ trimmed("item") }} as item,
        cast({{ trimmed("value") }} as double) as value,
        {{ printed_half_unit(trimmed("value")) }} as value_half_unit,
        {{ trimmed("unit") }} as unit,
        cast({{ trimmed("yoy_pct") }} as double) as growth_on_year_pct,
        {{ printed_half_unit(trimmed("yoy_pct"), are_noughts_counted=true) }} as growth_half_unit_pct,
        {{ trimmed("growth_bound") }} as growth_bound,
        item_rank,
        item_count,
        {{ trimmed("item_count_bound") }} as item_count_bound,
        cast({{ trimmed("share_pct_of_goods_trade") }} as double) as share_of_goods_trade_pct,
        {{ trimmed("status") }} as status,
        {{ trimmed("source_publisher") }} as source_publisher,
        {{ trimmed("source_url") }} as source_url,
        {{ trimmed("source_note") }} as source_note,
        {{ derivation_number("source_note", 1) }} as derived_from_value,
        {{ derivation_number("source_note", 2) }} as derived_by_factor
    from china_cbec_national

)

select *
from renamed
