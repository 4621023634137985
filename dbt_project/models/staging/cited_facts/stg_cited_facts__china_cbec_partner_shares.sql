with china_cbec_partner_shares as (

    select *
    from {{ source("cited_facts", "china_cbec_partner_shares") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        china_cbec_partner_shares.file_id,
        china_cbec_partner_shares.row_number,
        china_cbec_partner_shares.vintage,
        china_cbec_partner_shares.loaded_at,
        {{ trimmed("china_cbec_partner_shares.period") }} as period,
        {{ trimmed("china_cbec_partner_shares.concept") }} as concept,
        {{ trimmed("china_cbec_partner_shares.flow") }} as flow,
        countries.country_iso3,
        cast({{ trimmed("china_cbec_partner_shares.share_pct") }} as double) as share_pct,
        {{ trimmed("china_cbec_partner_shares.source_url") }} as source_url
    from china_cbec_partner_shares
    left join countries
        on {{ is_code_of("countries", "iso3", trimmed("china_cbec_partner_shares.partner_iso3")) }}

)

select *
from renamed
