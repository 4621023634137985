{#- Warns of every variable whose study insists on a vintage in which no country of the study has a value: all its
    cells are missing. -#}
{{ config(severity="warn") }}

select
    study,
    variable,
    observed_indicator_code,
    vintage_pin
from {{ ref("int_study_variables__vintaged") }}
where
    vintage_pin is not null
    and {{ as_of("vintage_pin") }}
    and vintage is null
