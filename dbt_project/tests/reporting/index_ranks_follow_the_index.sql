{#- Fails for every rank of which the countries with a larger index of the same study and year are not as many as it
    says. Countries of equal index may be ranked either way. -#}

with ranked as (

    select
        study,
        country_iso3,
        year,
        index_value,
        index_rank,
        rank() over (partition by study, year order by index_value desc) as best_rank,
        count(*) over (partition by study, year, index_value) as tied_countries
    from {{ ref("rpt_cbec_index") }}
    where index_value is not null

)

select
    study,
    country_iso3,
    year,
    index_value,
    index_rank,
    best_rank,
    tied_countries
from ranked
where coalesce(index_rank not between best_rank and best_rank + tied_countries - 1, true)
