{#- Fails for every group whose total is not the sum of its members' own rows, each taken once. The members are counted
    here from the dimension, not from the model under test. -#}

with members as (

    select distinct
        potential.study,
        potential.model,
        potential.specification,
        potential.flow,
        groups.group_code,
        potential.year,
        potential.partner_iso3,
        potential.actual_trade_usd
    from {{ ref("rpt_trade_potential") }} as potential
    inner join {{ ref("dim_country_group") }} as groups
        on groups.country_iso3 = potential.partner_iso3
        and groups.year = potential.year
        and groups.member_on_31dec
    where potential.potential_ratio is not null

),

expected as (

    select
        study, model, specification, flow, group_code, year,
        count(*) as covered_member_count,
        sum(actual_trade_usd) as actual_trade_usd
    from members
    group by study, model, specification, flow, group_code, year

)

select
    totals.study,
    totals.specification,
    totals.flow,
    totals.group_code,
    totals.year,
    totals.actual_trade_usd,
    expected.actual_trade_usd as expected_usd
from {{ ref("rpt_trade_potential_by_group") }} as totals
inner join expected
    on expected.study = totals.study
    and expected.model = totals.model
    and expected.specification = totals.specification
    and expected.flow = totals.flow
    and expected.group_code = totals.group_code
    and expected.year = totals.year
where
    totals.membership_view = 'members_then'
    and (
        totals.covered_member_count <> expected.covered_member_count
        or abs(totals.actual_trade_usd - expected.actual_trade_usd) > 1e-9 * expected.actual_trade_usd
    )
