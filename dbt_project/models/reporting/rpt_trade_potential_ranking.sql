with potential as (

    select
        study,
        flow,
        year,
        partner_iso3,
        partner_name,
        model,
        specification,
        potential_ratio,
        potential_ratio_low,
        potential_ratio_high,
        potential_class,
        potential_gap_usd,
        actual_trade_usd,
        interval_level,
        caveat
    from {{ ref("rpt_trade_potential") }}
    where is_selected and potential_ratio is not null

),

ranked as (

    select
        potential.study,
        potential.flow,
        potential.year,
        potential.partner_iso3,
        potential.partner_name,
        potential.model,
        potential.specification,
        potential.potential_ratio,
        potential.potential_ratio_low,
        potential.potential_ratio_high,
        potential.potential_class,
        potential.potential_gap_usd,
        potential.actual_trade_usd,
        potential.interval_level,
        potential.caveat,
        rank() over (
            partition by potential.study, potential.flow, potential.year order by potential.potential_ratio desc
        ) as potential_rank,
        rank() over (
            partition by potential.study, potential.flow, potential.year order by potential.potential_gap_usd desc
        ) as gap_rank,
        count(*) over (partition by potential.study, potential.flow, potential.year) as ranked_count,
        -- One partner without an interval could stand anywhere, so that of no other is the place bounded.
        count(potential.potential_ratio_low) over (
            partition by potential.study, potential.flow, potential.year
        ) as interval_count
    from potential

),

surely_beside as (

    select
        own.study,
        own.flow,
        own.year,
        own.partner_iso3,
        sum(case when others.potential_ratio_low > own.potential_ratio_high then 1 else 0 end) as surely_before,
        sum(case when others.potential_ratio_high < own.potential_ratio_low then 1 else 0 end) as surely_after
    from potential as own
    inner join potential as others
        on others.study = own.study
        and others.flow = own.flow
        and others.year = own.year
    group by own.study, own.flow, own.year, own.partner_iso3

)

select
    ranked.study,
    ranked.flow,
    ranked.year,
    ranked.partner_iso3,
    ranked.partner_name,
    ranked.model,
    ranked.specification,
    ranked.potential_ratio,
    ranked.potential_ratio_low,
    ranked.potential_ratio_high,
    ranked.potential_rank,
    case
        when ranked.interval_count = ranked.ranked_count then cast(1 + surely_beside.surely_before as bigint)
    end as rank_low,
    case
        when ranked.interval_count = ranked.ranked_count
            then cast(ranked.ranked_count - surely_beside.surely_after as bigint)
    end as rank_high,
    ranked.ranked_count,
    ranked.potential_class,
    ranked.potential_gap_usd,
    ranked.gap_rank,
    ranked.actual_trade_usd,
    ranked.interval_level,
    case
        when ranked.interval_count = ranked.ranked_count
            then 'rank_low counts the partners whose interval of K lies wholly above this one, rank_high leaves out '
                || 'those whose interval lies wholly below it; intervals that overlap leave the order of two '
                || 'partners open'
        else 'no interval of ranks: K has none for ' || cast(ranked.ranked_count - ranked.interval_count as varchar)
            || ' of ' || cast(ranked.ranked_count as varchar) || ' partners'
    end as rank_method,
    ranked.caveat
from ranked
inner join surely_beside
    on surely_beside.study = ranked.study
    and surely_beside.flow = ranked.flow
    and surely_beside.year = ranked.year
    and surely_beside.partner_iso3 = ranked.partner_iso3
