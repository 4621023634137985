with scores as (

    select *
    from {{ source("worldbank_lpi", "scores") }}

),

countries as (

    select *
    from {{ ref("countries") }}

),

renamed as (

    select
        scores.file_id,
        scores.row_number,
        scores.vintage,
        scores.loaded_at,
        {{ trimmed("scores.country_code") }} as country_code_worldbank,
        countries.country_iso3,
        scores.edition_year as year,
        cast({{ trimmed("scores.overall_score") }} as double) as overall_score,
        cast({{ trimmed("scores.overall_score_lower_bound") }} as double) as overall_score_lower_bound,
        cast({{ trimmed("scores.overall_score_upper_bound") }} as double) as overall_score_upper_bound,
        cast({{ trimmed("scores.overall_confidence_interval") }} as double) as overall_confidence_interval,
        cast({{ trimmed("scores.overall_rank") }} as double) as overall_rank,
        cast({{ trimmed("scores.overall_rank_lower_bound") }} as double) as overall_rank_lower_bound,
        cast({{ trimmed("scores.overall_rank_upper_bound") }} as double) as overall_rank_upper_bound,
        cast({{ trimmed("scores.overall_of_highest_pct") }} as double) as overall_of_highest_pct,
        cast({{ trimmed("scores.customs_score") }} as double) as customs_score,
        cast({{ trimmed("scores.customs_rank") }} as double) as customs_rank,
        cast({{ trimmed("scores.infrastructure_score") }} as double) as infrastructure_score,
        cast({{ trimmed("scores.infrastructure_rank") }} as double) as infrastructure_rank,
        cast({{ trimmed("scores.shipments_score") }} as double) as shipments_score,
        cast({{ trimmed("scores.shipments_rank") }} as double) as shipments_rank,
        cast({{ trimmed("scores.services_score") }} as double) as services_score,
        cast({{ trimmed("scores.services_rank") }} as double) as services_rank,
        cast({{ trimmed("scores.tracking_score") }} as double) as tracking_score,
        cast({{ trimmed("scores.tracking_rank") }} as double) as tracking_rank,
        cast({{ trimmed("scores.timeliness_score") }} as double) as timeliness_score,
        cast({{ trimmed("scores.timeliness_rank") }} as double) as timeliness_rank,
        cast({{ trimmed("scores.domestic_costs_score") }} as double) as domestic_costs_score,
        cast({{ trimmed("scores.domestic_costs_rank") }} as double) as domestic_costs_rank
    from scores
    left join countries
        on {{ is_code_of("countries", "worldbank", trimmed("scores.country_code")) }}

)

select *
from renamed
