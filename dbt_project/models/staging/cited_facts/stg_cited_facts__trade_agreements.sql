with trade_agreements as (

    select *
    from {{ source("cited_facts", "trade_agreements") }}

),

renamed as (

    select
        trade_agreements.file_id,
        trade_agreements.row_number,
        trade_agreements.vintage,
        trade_agreements.loaded_at,
        {{ trimmed("trade_agreements.agreement_code") }} as agreement_code,
        {{ trimmed("trade_agreements.agreement_name") }} as agreement_name,
        {{ trimmed("trade_agreements.agreement_kind") }} as agreement_kind,
        trade_agreements.signed_on,
        {{ trimmed("trade_agreements.group_code") }} as group_code,
        {{ trimmed("trade_agreements.digital_provisions") }} as digital_provisions,
        {{ trimmed("trade_agreements.digital_provisions_note") }} as digital_provisions_note,
        {{ trimmed("trade_agreements.confidence") }} as confidence,
        {{ trimmed("trade_agreements.source_url") }} as source_url,
        {{ trimmed("trade_agreements.note") }} as note
    from trade_agreements

)

select *
from renamed
