with potential as (

    select
        study,
        model,
        specification,
        flow,
        partner_iso3,
        year,
        is_selected,
        -- A partner counts with both figures or with neither: a sum over one of them compares different countries.
        case when potential_ratio is not null then actual_trade_usd end as actual_trade_usd,
        case when potential_ratio is not null then predicted_trade_usd end as predicted_trade_usd
    from {{ ref("rpt_trade_potential") }}

),

grouped as (

    select study, group_code, group_name, group_kind, membership_view, country_iso3 as partner_iso3, year
    from {{ ref("int_study_groups__viewed") }}

),

sizes as (

    select
        study,
        group_code,
        membership_view,
        year,
        count(*) as member_count
    from grouped
    group by study, group_code, membership_view, year

),

pairs_of_groups as (

    select
        grouped.study,
        grouped.group_code,
        grouped.membership_view,
        grouped.year,
        {{ listed("others.group_code") }} as overlaps_with
    from grouped
    inner join grouped as others
        on others.study = grouped.study
        and others.membership_view = grouped.membership_view
        and others.year = grouped.year
        and others.partner_iso3 = grouped.partner_iso3
        and others.group_code <> grouped.group_code
    group by grouped.study, grouped.group_code, grouped.membership_view, grouped.year

),

totals as (

    select
        potential.study,
        potential.model,
        potential.specification,
        potential.flow,
        grouped.group_code,
        grouped.group_name,
        grouped.group_kind,
        grouped.membership_view,
        potential.year,
        potential.is_selected,
        count(potential.actual_trade_usd) as covered_member_count,
        sum(potential.actual_trade_usd {{ in_order_of("potential.partner_iso3") }}) as actual_trade_usd,
        sum(potential.predicted_trade_usd {{ in_order_of("potential.partner_iso3") }}) as predicted_trade_usd
    from potential
    inner join grouped
        on grouped.study = potential.study
        and grouped.partner_iso3 = potential.partner_iso3
        and grouped.year = potential.year
    group by
        potential.study,
        potential.model,
        potential.specification,
        potential.flow,
        grouped.group_code,
        grouped.group_name,
        grouped.group_kind,
        grouped.membership_view,
        potential.year,
        potential.is_selected

),

ratios as (

    select
        totals.study,
        totals.model,
        totals.specification,
        totals.flow,
        totals.group_code,
        totals.group_name,
        totals.group_kind,
        totals.membership_view,
        totals.year,
        totals.is_selected,
        totals.covered_member_count,
        totals.actual_trade_usd,
        totals.predicted_trade_usd,
        sizes.member_count,
        case
            when totals.predicted_trade_usd > 0 then totals.actual_trade_usd / totals.predicted_trade_usd
        end as potential_ratio,
        pairs_of_groups.overlaps_with
    from totals
    inner join sizes
        on sizes.study = totals.study
        and sizes.group_code = totals.group_code
        and sizes.membership_view = totals.membership_view
        and sizes.year = totals.year
    left join pairs_of_groups
        on pairs_of_groups.study = totals.study
        and pairs_of_groups.group_code = totals.group_code
        and pairs_of_groups.membership_view = totals.membership_view
        and pairs_of_groups.year = totals.year

)

select
    ratios.study,
    ratios.model,
    ratios.specification,
    ratios.flow,
    ratios.group_code,
    ratios.membership_view,
    ratios.year,
    ratios.group_name,
    ratios.group_kind,
    ratios.member_count,
    ratios.covered_member_count,
    ratios.actual_trade_usd,
    ratios.predicted_trade_usd,
    ratios.potential_ratio,
    classes.potential_class,
    ratios.predicted_trade_usd - ratios.actual_trade_usd as potential_gap_usd,
    ratios.is_selected,
    ratios.overlaps_with,
    case
        when ratios.covered_member_count = 0 then 'no member has a potential in this year'
        when ratios.covered_member_count < ratios.member_count
            then 'over ' || cast(ratios.covered_member_count as varchar) || ' of '
                || cast(ratios.member_count as varchar)
                || ' members: the others have no potential in this study and year'
    end as caveat
from ratios
left join {{ ref("dim_potential_class") }} as classes
    on classes.study = ratios.study
    and (
        classes.lower_bound is null
        or ratios.potential_ratio > classes.lower_bound
        or (ratios.potential_ratio = classes.lower_bound and classes.is_lower_included)
    )
    and (
        classes.upper_bound is null
        or ratios.potential_ratio < classes.upper_bound
        or (ratios.potential_ratio = classes.upper_bound and classes.is_upper_included)
    )
    and ratios.potential_ratio is not null
