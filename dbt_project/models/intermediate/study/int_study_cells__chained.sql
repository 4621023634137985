with chains as (

    select
        chained.study,
        chained.variable,
        chained.indicator_code,
        chained.chain_base_year,
        chained.chain_base_value,
        rates.fill_set,
        rates.country_iso3,
        rates.year,
        rates.reference_iso3,
        rates.unit_kind,
        rates.unit_id,
        chained.chain_rate_variable,
        chained.vintage,
        chained.vintage_rule,
        chained.is_later_vintage,
        rates.is_in_study,
        -- A country without any rate has no index; its base year would else state one that nothing was chained from.
        count(rates.value) over (
            partition by chained.study, chained.variable, rates.fill_set, rates.country_iso3
        ) as rate_count
    from {{ ref("int_study_variables__vintaged") }} as chained
    inner join {{ ref("int_study_cells__filled") }} as rates
        on rates.study = chained.study
        and rates.variable = chained.chain_rate_variable

),

links as (

    -- The links of a year are the rates of all years after the base year up to it, or after it up to the base year.
    select
        chains.study,
        chains.variable,
        chains.fill_set,
        chains.country_iso3,
        chains.year,
        rates.year as link_year,
        case when rates.value > -100 then 1 + rates.value / 100 end as growth,
        rates.is_filled,
        rates.fill_method,
        rates.file_id
    from chains
    inner join {{ ref("int_study_cells__filled") }} as rates
        on rates.study = chains.study
        and rates.fill_set = chains.fill_set
        and rates.variable = chains.chain_rate_variable
        and rates.country_iso3 = chains.country_iso3
        and rates.year > least(chains.year, chains.chain_base_year)
        and rates.year <= greatest(chains.year, chains.chain_base_year)

),

products as (

    select
        study,
        variable,
        fill_set,
        country_iso3,
        year,
        count(growth) as unbroken_link_count,
        {{ product_of("growth", "link_year") }} as growth,
        bool_or(is_filled) as is_filled,
        {{ listed("fill_method") }} as fill_methods,
        case when min(file_id) = max(file_id) then min(file_id) end as file_id
    from links
    group by study, variable, fill_set, country_iso3, year

),

chained as (

    select
        chains.study,
        chains.fill_set,
        chains.variable,
        chains.country_iso3,
        chains.year,
        chains.reference_iso3,
        chains.indicator_code,
        chains.unit_kind,
        chains.unit_id,
        case
            when chains.rate_count = 0 then null
            when chains.year = chains.chain_base_year then chains.chain_base_value
            when products.unbroken_link_count < abs(chains.year - chains.chain_base_year) then null
            when chains.year > chains.chain_base_year then chains.chain_base_value * products.growth
            else chains.chain_base_value / products.growth
        end as value,
        products.is_filled,
        products.fill_methods,
        chains.vintage,
        chains.vintage_rule,
        chains.is_later_vintage,
        products.file_id,
        chains.is_in_study
    from chains
    left join products
        on products.study = chains.study
        and products.variable = chains.variable
        and products.fill_set = chains.fill_set
        and products.country_iso3 = chains.country_iso3
        and products.year = chains.year

)

select
    study,
    fill_set,
    variable,
    country_iso3,
    year,
    reference_iso3,
    indicator_code,
    unit_kind,
    unit_id,
    value,
    case when value is not null then 'chained' end as value_origin,
    value is not null and coalesce(is_filled, false) as is_filled,
    case when value is not null and is_filled then 'chained; rate: ' || fill_methods end as fill_method,
    vintage,
    vintage_rule,
    is_later_vintage,
    case when value is not null then file_id end as file_id,
    is_in_study
from chained
