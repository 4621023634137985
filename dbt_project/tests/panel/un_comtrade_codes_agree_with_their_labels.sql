{#- Fails for every code of UN Comtrade that stands beside the ISO code of another country than it means, as when two
    columns have changed places. What is no country may carry any label. -#}
with labelled as (

    select
        reporter_code as code,
        {{ trimmed("reporter_iso") }} as label,
        year
    from {{ source("un_comtrade", "flows") }}
    union all
    select
        partner_code,
        {{ trimmed("partner_iso") }},
        year
    from {{ source("un_comtrade", "flows") }}

),

pairs as (

    select
        code,
        label,
        year,
        count(*) as rows_with_the_pair
    from labelled
    where label is not null
    group by code, label, year

)

select
    pairs.code,
    pairs.label,
    pairs.year,
    meanings.country_iso3,
    pairs.rows_with_the_pair
from pairs
inner join {{ ref("countries") }} as labels
    on labels.code_system = 'iso3'
    and labels.code = pairs.label
left join {{ ref("countries") }} as meanings
    on {{ is_code_of("meanings", "un_comtrade", "pairs.code", "pairs.year") }}
where
    meanings.kind <> 'residual'
    and coalesce(meanings.country_iso3, meanings.kind) <> labels.country_iso3
