{#- Fails for every partner and year whose drivers do not add up to the change of trade since the year before, actual or
    predicted: something moved trade that no row tells of. A change that is undefined is left out. -#}

with parts as (

    select
        study,
        model,
        specification,
        flow,
        partner_iso3,
        year,
        sum(actual_change_usd) as actual_change_usd,
        sum(predicted_change_usd) as predicted_change_usd,
        sum(abs(actual_change_usd)) as actual_size_usd,
        sum(abs(predicted_change_usd)) as predicted_size_usd
    from {{ ref("rpt_potential_decomposition") }}
    group by study, model, specification, flow, partner_iso3, year

),

trade as (

    select
        study,
        model,
        specification,
        flow,
        partner_iso3,
        year,
        actual_trade_usd,
        predicted_trade_usd
    from {{ ref("rpt_trade_potential") }}

)

select
    parts.study,
    parts.model,
    parts.specification,
    parts.flow,
    parts.partner_iso3,
    parts.year,
    parts.actual_change_usd,
    later.actual_trade_usd - earlier.actual_trade_usd as actual_difference_usd,
    parts.predicted_change_usd,
    later.predicted_trade_usd - earlier.predicted_trade_usd as predicted_difference_usd
from parts
left join trade as later
    on later.study = parts.study
    and later.model = parts.model
    and later.specification = parts.specification
    and later.flow = parts.flow
    and later.partner_iso3 = parts.partner_iso3
    and later.year = parts.year
left join trade as earlier
    on earlier.study = parts.study
    and earlier.model = parts.model
    and earlier.specification = parts.specification
    and earlier.flow = parts.flow
    and earlier.partner_iso3 = parts.partner_iso3
    and earlier.year = parts.year - 1
where
    (
        parts.actual_change_usd is not null
        and coalesce(
            abs(parts.actual_change_usd - (later.actual_trade_usd - earlier.actual_trade_usd))
            > 1e-6 * greatest(parts.actual_size_usd, later.actual_trade_usd),
            true
        )
    )
    or (
        parts.predicted_change_usd is not null
        and coalesce(
            abs(parts.predicted_change_usd - (later.predicted_trade_usd - earlier.predicted_trade_usd))
            > 1e-6 * greatest(parts.predicted_size_usd, abs(later.predicted_trade_usd)),
            true
        )
    )
