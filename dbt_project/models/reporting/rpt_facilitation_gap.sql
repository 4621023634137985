with studies as (

    select
        studies.study,
        studies.reference_iso3,
        studies.year_to,
        studies.gap_scenario,
        studies.gap_flow,
        partners.group_code
    from {{ ref("stg_serai__studies") }} as studies
    inner join {{ ref("stg_serai__study_partners") }} as partners
        on partners.study = studies.study
    where
        studies.index_role = 'trade_facilitation'
        and partners.group_code is not null

),

first_days as (

    select
        group_code,
        country_iso3,
        min(valid_from) as joined_on
    from {{ ref("int_group_memberships__chosen") }}
    where counts_as_member
    group by group_code, country_iso3

),

views as (

    select distinct
        group_code,
        membership_view
    from {{ ref("int_country_groups__viewed") }}

),

seen as (

    -- Every country of the index in both views, a member in the year or not.
    select
        dimensions.study,
        dimensions.country_iso3,
        dimensions.year,
        dimensions.dimension,
        dimensions.position,
        dimensions.country_name,
        dimensions.rank_best,
        dimensions.rank_worst,
        dimensions.binding_share,
        dimensions.filled_share,
        dimensions.missing_indicators,
        dimensions.best_countries,
        dimensions.caveat,
        studies.year_to,
        studies.group_code,
        views.membership_view,
        members.country_iso3 is not null as is_member,
        members.country_iso3 is not null and dimensions.is_measured as is_measured,
        members.country_iso3 is not null and dimensions.is_binding as is_binding,
        case when members.country_iso3 is not null then dimensions.score end as score,
        first_days.joined_on
    from {{ ref("rpt_index_dimensions") }} as dimensions
    inner join studies
        on studies.study = dimensions.study
    inner join views
        on views.group_code = studies.group_code
    left join {{ ref("int_country_groups__viewed") }} as members
        on members.group_code = studies.group_code
        and members.membership_view = views.membership_view
        and members.country_iso3 = dimensions.country_iso3
        and members.year = dimensions.year
    left join first_days
        on first_days.group_code = studies.group_code
        and first_days.country_iso3 = dimensions.country_iso3

),

among_members as (

    select
        study,
        membership_view,
        country_iso3,
        year,
        dimension,
        score,
        max(score) over (partition by study, membership_view, year, dimension) as best_score,
        count(score) over (partition by study, membership_view, year, dimension) as ranked_count,
        rank() over (
            partition by study, membership_view, year, dimension
            order by case when score is null then 1 else 0 end, score desc
        ) as rank_in_group
    from seen

),

best as (

    select
        study,
        membership_view,
        year,
        dimension,
        {{ listed("country_iso3") }} as best_members
    from among_members
    where score = best_score
    group by study, membership_view, year, dimension

),

gains as (

    select
        scenarios.study,
        scenarios.scope as country_iso3,
        scenarios.base_year as year,
        scenarios.scenario,
        scenarios.flow,
        scenarios.gain_usd,
        scenarios.gain_low_usd,
        scenarios.gain_high_usd,
        scenarios.gain_pct,
        scenarios.is_within_range,
        scenarios.changes,
        scenarios.gain_low_usd > 0 or scenarios.gain_high_usd < 0 as is_told_from_zero,
        scenarios.caveat
    from {{ ref("rpt_potential_scenarios") }} as scenarios
    inner join studies
        on studies.study = scenarios.study
        and studies.gap_scenario = scenarios.scenario
        and studies.gap_flow = scenarios.flow
    where scenarios.is_selected

)

select
    seen.study,
    seen.membership_view,
    seen.country_iso3,
    seen.year,
    seen.dimension,
    seen.position,
    seen.country_name,
    seen.group_code,
    seen.is_member,
    seen.joined_on as joined_date,
    seen.is_measured,
    seen.score,
    case when seen.score is not null then among_members.rank_in_group end as rank_in_group,
    among_members.ranked_count as ranked_member_count,
    case when seen.is_member then seen.rank_best end as rank_best_in_panel,
    case when seen.is_member then seen.rank_worst end as rank_worst_in_panel,
    seen.is_binding,
    case when seen.is_member then seen.binding_share end as binding_share,
    among_members.best_score as best_member_score,
    best.best_members,
    among_members.best_score - seen.score as gap_to_best,
    case when seen.is_member then seen.filled_share end as filled_share,
    case when seen.is_member then seen.missing_indicators end as missing_indicators,
    case
        when seen.is_measured then null
        when seen.is_member then seen.caveat
        when seen.joined_on is null then 'No member.'
        when extract(year from seen.joined_on) > seen.year_to
            then 'Joined on ' || cast(seen.joined_on as varchar) || ', after the study''s last year, '
                || cast(seen.year_to as varchar) || '.'
        else 'No member yet: joined on ' || cast(seen.joined_on as varchar) || '.'
    end as empty_reason,
    gains.scenario,
    gains.flow as gain_flow,
    gains.gain_usd,
    gains.gain_low_usd,
    gains.gain_high_usd,
    gains.gain_pct,
    gains.is_within_range as is_gain_within_range,
    case
        when gains.gain_usd is null then null
        else trim(
            case
                when not gains.is_told_from_zero and gains.gain_low_usd < gains.gain_high_usd
                    then 'The interval holds 0: whether anything is gained is not told. '
                else ''
            end
            || case
                when seen.best_countries <> best.best_members
                    then 'The scenario goes by the best of all countries of the study, ' || seen.best_countries
                        || ', who in this view is no member. '
                else ''
            end
            || coalesce(gains.caveat, '')
        )
    end as gain_caveat,
    case when seen.is_measured then seen.caveat end as caveat,
    gains.changes as gain_changes,
    gains.is_told_from_zero as is_gain_told_from_zero
from seen
inner join among_members
    on among_members.study = seen.study
    and among_members.membership_view = seen.membership_view
    and among_members.country_iso3 = seen.country_iso3
    and among_members.year = seen.year
    and among_members.dimension = seen.dimension
left join best
    on best.study = seen.study
    and best.membership_view = seen.membership_view
    and best.year = seen.year
    and best.dimension = seen.dimension
-- Trade gained stands once per country and year, beside the dimension that binds.
left join gains
    on gains.study = seen.study
    and gains.country_iso3 = seen.country_iso3
    and gains.year = seen.year
    and seen.is_binding
