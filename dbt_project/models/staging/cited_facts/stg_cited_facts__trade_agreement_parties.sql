with trade_agreement_parties as (

    select *
    from {{ source("cited_facts", "trade_agreement_parties") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        trade_agreement_parties.file_id,
        trade_agreement_parties.row_number,
        trade_agreement_parties.vintage,
        trade_agreement_parties.loaded_at,
        {{ trimmed("trade_agreement_parties.agreement_code") }} as agreement_code,
        countries.country_iso3,
        {{ trimmed("trade_agreement_parties.side") }} as side,
        {{ trimmed("trade_agreement_parties.status") }} as status,
        trade_agreement_parties.valid_from,
        trade_agreement_parties.valid_to,
        {{ trimmed("trade_agreement_parties.confidence") }} as confidence,
        {{ trimmed("trade_agreement_parties.source_url") }} as source_url,
        {{ trimmed("trade_agreement_parties.note") }} as note
    from trade_agreement_parties
    left join countries
        on {{ is_code_of("countries", "iso3", trimmed("trade_agreement_parties.country_iso3")) }}

)

select *
from renamed
