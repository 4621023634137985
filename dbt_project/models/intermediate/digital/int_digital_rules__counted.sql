with years as (

    select
        study,
        reference_iso3,
        country_iso3,
        year
    from {{ ref("int_digital_economies__dated") }}
    where not is_reference

),

landed as (

    -- Without both lists nothing is known: an empty list is not a list of no agreements.
    select
        (select count(*) from {{ ref("int_trade_agreements__chosen") }}) > 0
            and (select count(*) from {{ ref("stg_cited_facts__trade_agreement_parties") }}) > 0 as has_lists

),

counted as (

    select
        years.study,
        years.reference_iso3,
        years.country_iso3,
        years.year,
        count(rules.agreement_code) as agreements_in_force_count,
        count(case when rules.counts_as_digital then rules.agreement_code end) as digital_agreements_in_force_count,
        {{ listed("rules.agreement_code") }} as agreements_in_force,
        {{ listed("case when rules.counts_as_digital then rules.agreement_code end") }} as digital_agreements_in_force,
        coalesce(bool_or(rules.is_date_disputed or rules.confidence = 'C'), false) as has_unsettled_date
    from years
    left join {{ ref("int_digital_rules__paired") }} as rules
        on rules.study = years.study
        and rules.country_iso3 = years.country_iso3
        and rules.is_in_force_from_its_day
        and rules.valid_from <= make_date(years.year, 12, 31)
        and rules.valid_from <= rules.current_on
        and coalesce(rules.valid_to >= make_date(years.year, 12, 31), true)
    group by years.study, years.reference_iso3, years.country_iso3, years.year

),

clauses as (

    select
        first_iso3,
        second_iso3,
        year,
        has_agreement,
        has_data_clause,
        has_data_protection_clause,
        has_cross_border_data_clause,
        row_number() over (
            partition by first_iso3, second_iso3, year
            order by vintage desc, cast(loaded_at as date) desc, file_id
        ) as place
    from {{ ref("stg_taped__data_clauses") }}
    where {{ as_of("vintage") }}

)

select
    counted.study,
    counted.reference_iso3,
    counted.country_iso3,
    counted.year,
    case when landed.has_lists then counted.agreements_in_force_count end as agreements_in_force_count,
    case when landed.has_lists then counted.digital_agreements_in_force_count end
        as digital_agreements_in_force_count,
    counted.agreements_in_force,
    counted.digital_agreements_in_force,
    counted.has_unsettled_date,
    clauses.has_agreement as has_agreement_taped,
    clauses.has_data_clause as has_data_clause_taped,
    clauses.has_data_protection_clause as has_data_protection_clause_taped,
    clauses.has_cross_border_data_clause as has_cross_border_data_clause_taped
from counted
cross join landed
left join clauses
    on clauses.first_iso3 = counted.reference_iso3
    and clauses.second_iso3 = counted.country_iso3
    and clauses.year = counted.year
    and clauses.place = 1
