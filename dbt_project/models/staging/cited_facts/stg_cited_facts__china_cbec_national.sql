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
        cast({{ trimmed("value") }} as double) as value,
        {{ trimmed("unit") }} as unit,
        cast({{ trimmed("yoy_pct") }} as double) as growth_on_year_pct,
        cast({{ trimmed("share_pct_of_goods_trade") }} as double) as share_of_goods_trade_pct,
        {{ trimmed("status") }} as status,
        {{ trimmed("source_url") }} as source_url,
        {{ trimmed("source_note") }} as source_note
    from china_cbec_national

)

select *
from renamed
