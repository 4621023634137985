{#- Fails for every fill rule of a chained variable: a chain is filled through its rate, the rule would do nothing. -#}

select
    rules.study,
    rules.fill_set,
    rules.variable,
    rules.step
from {{ ref("stg_serai__study_fill_rules") }} as rules
inner join {{ ref("stg_serai__study_variables") }} as variables
    on variables.study = rules.study
    and variables.variable = rules.variable
where variables.chain_rate_variable is not null
