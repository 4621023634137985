with chain_bases as (

    select
        study,
        min(chain_base_year) as first_base_year,
        max(chain_base_year) as last_base_year
    from {{ ref("stg_serai__study_variables") }}
    group by study

),

study_years as (

    -- A chain needs its rate from the base year on, so it has years outside the study; nothing else is read there.
    select
        studies.study,
        studies.reference_iso3,
        years.year,
        years.year between studies.year_from and studies.year_to as is_study_year,
        studies.year_to as last_year_read
    from {{ ref("stg_serai__studies") }} as studies
    left join chain_bases
        on chain_bases.study = studies.study
    inner join {{ ref("int_years__spanned") }} as years
        on years.year >= least(studies.year_from, coalesce(chain_bases.first_base_year, studies.year_from))
        and years.year <= greatest(studies.year_to, coalesce(chain_bases.last_base_year, studies.year_to))

),

listed as (

    select
        study_years.study,
        partners.partner_iso3 as country_iso3,
        study_years.year,
        true as is_member,
        false as is_reference
    from {{ ref("stg_serai__study_partners") }} as partners
    inner join study_years
        on study_years.study = partners.study
        and study_years.reference_iso3 <> partners.partner_iso3
    where partners.partner_iso3 is not null

),

grouped as (

    select
        study_years.study,
        members.country_iso3,
        study_years.year,
        {{ is_member_by_rule("partners.membership_rule", "members") }} as is_member,
        false as is_reference
    from {{ ref("stg_serai__study_partners") }} as partners
    inner join {{ ref("int_country_groups__dated") }} as members
        on members.group_code = partners.group_code
    inner join study_years
        on study_years.study = partners.study
        and study_years.year = members.year
        and study_years.reference_iso3 <> members.country_iso3

),

trading as (

    -- Countries of whose trade with the reference country a series of the study has landed, whatever the year.
    select
        variables.study,
        vintages.country_iso3,
        -- The last year of which such trade has landed with anybody: of later ones nothing is there to be read yet.
        max(max(vintages.last_year)) over (partition by variables.study) as last_landed_year
    from {{ ref("stg_serai__study_variables") }} as variables
    inner join {{ ref("stg_serai__studies") }} as studies
        on studies.study = variables.study
    inner join {{ ref("indicators") }} as indicators
        on indicators.indicator_code = variables.indicator_code
        and indicators.scope = 'pair'
    inner join {{ ref("int_indicator_vintages__listed") }} as vintages
        on vintages.indicator_code = variables.indicator_code
        and vintages.reference_iso3 = studies.reference_iso3
    group by variables.study, vintages.country_iso3

),

every_country as (

    select
        study_years.study,
        trading.country_iso3,
        study_years.year,
        true as is_member,
        false as is_reference
    from {{ ref("stg_serai__study_partners") }} as partners
    inner join study_years
        on study_years.study = partners.study
    inner join trading
        on trading.study = partners.study
        and trading.country_iso3 <> study_years.reference_iso3
        and study_years.year <= trading.last_landed_year
    inner join {{ ref("countries") }} as countries
        on countries.code_system = 'iso3'
        and countries.code = trading.country_iso3
        and countries.kind = 'country'
        and study_years.year between countries.valid_from_year and coalesce(countries.valid_to_year, study_years.year)
    where partners.is_every_country

),

reference_itself as (

    select distinct
        study_years.study,
        study_years.reference_iso3 as country_iso3,
        study_years.year,
        false as is_member,
        true as is_reference
    from {{ ref("stg_serai__study_partners") }} as partners
    inner join study_years
        on study_years.study = partners.study
    where partners.is_reference_included

),

combined as (

    select study, country_iso3, year, is_member, is_reference from listed
    union all
    select study, country_iso3, year, is_member, is_reference from grouped
    union all
    select study, country_iso3, year, is_member, is_reference from every_country
    union all
    select study, country_iso3, year, is_member, is_reference from reference_itself

),

by_year as (

    select
        study,
        country_iso3,
        year,
        coalesce(bool_or(is_member), false) as is_partner,
        bool_or(is_reference) as is_reference
    from combined
    group by study, country_iso3, year

),

dated as (

    select
        by_year.study,
        study_years.reference_iso3,
        by_year.country_iso3,
        by_year.year,
        by_year.is_partner,
        by_year.is_reference,
        study_years.is_study_year and (by_year.is_partner or by_year.is_reference) as is_in_study,
        study_years.last_year_read,
        bool_or(study_years.is_study_year and (by_year.is_partner or by_year.is_reference)) over (
            partition by by_year.study, by_year.country_iso3
        ) as is_ever_in_study
    from by_year
    inner join study_years
        on study_years.study = by_year.study
        and study_years.year = by_year.year

)

select
    study,
    reference_iso3,
    country_iso3,
    year,
    is_partner,
    is_reference,
    is_in_study,
    last_year_read
from dated
where is_ever_in_study
