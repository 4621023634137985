select
    rules.study,
    rules.country_iso3 as partner_iso3,
    cast(rules.year as integer) as year,
    countries.country_name as partner_name,
    rules.reference_iso3,
    rules.agreements_in_force_count,
    rules.digital_agreements_in_force_count,
    rules.agreements_in_force,
    rules.digital_agreements_in_force,
    rules.has_unsettled_date,
    rules.has_agreement_taped,
    rules.has_data_clause_taped,
    rules.has_data_protection_clause_taped,
    rules.has_cross_border_data_clause_taped,
    rules.has_agreement_taped <> (rules.agreements_in_force_count > 0) as is_at_odds_with_taped
from {{ ref("int_digital_rules__counted") }} as rules
left join {{ ref("dim_country") }} as countries
    on countries.code = rules.country_iso3
    and countries.is_canonical
