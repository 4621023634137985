select
    agreement_code,
    agreement_name,
    agreement_kind,
    signed_on as signed_date,
    digital_provisions,
    counts_as_digital as has_digital_provisions,
    digital_provisions_note,
    group_code,
    confidence,
    source_url,
    note
from {{ ref("int_trade_agreements__chosen") }}
