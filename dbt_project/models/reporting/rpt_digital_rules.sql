select
    rules.study,
    rules.country_iso3 as partner_iso3,
    rules.agreement_code,
    countries.country_name as partner_name,
    rules.reference_iso3,
    rules.agreement_name,
    rules.agreement_kind,
    rules.status,
    rules.is_in_force,
    rules.valid_from,
    rules.valid_to,
    rules.is_date_disputed,
    rules.other_valid_from,
    rules.confidence,
    rules.confidence = 'C' as is_date_unsettled,
    rules.source_url,
    rules.digital_provisions,
    rules.counts_as_digital as has_digital_provisions,
    rules.digital_provisions_note,
    rules.provisions_confidence,
    rules.provisions_source_url,
    rules.member_status,
    rules.member_valid_from,
    rules.member_note,
    rules.reference_status,
    rules.reference_valid_from,
    rules.reference_note,
    rules.vintage,
    rules.file_id
from {{ ref("int_digital_rules__paired") }} as rules
left join {{ ref("dim_country") }} as countries
    on countries.code = rules.country_iso3
    and countries.is_canonical
