{#- Fails for every study whose components' weights do not sum to 1: each is the component's share of what the
    retained ones explain. A component states its weight in each of its rows. -#}

with components as (

    select
        study,
        component,
        max(weight) as weight
    from {{ ref("rpt_index_loadings") }}
    where weight is not null
    group by study, component

)

select
    study,
    sum(weight) as weight_sum
from components
group by study
having abs(sum(weight) - 1) > 1e-6
