{#- Warns of every vintage that a study would read but for the partners it lacks: one after the chosen among those that
    its as-of day allows, or one before it among the later ones. A pin in the study reads it all the same. -#}
{{ config(severity="warn") }}

select
    vintages.study,
    vintages.variable,
    vintages.vintage as vintage_passed_over,
    vintages.covered_partners,
    vintages.most_covered_partners,
    chosen.vintage as vintage_read
from {{ ref("int_study_vintages__covered") }} as vintages
inner join {{ ref("int_study_variables__vintaged") }} as chosen
    on chosen.study = vintages.study
    and chosen.variable = vintages.variable
where
    not vintages.is_covering
    and (
        (chosen.vintage_rule = 'latest_allowed' and vintages.is_allowed and vintages.vintage > chosen.vintage)
        or (
            chosen.vintage_rule = 'later_for_want_of_earlier'
            and not vintages.is_allowed
            and vintages.vintage < chosen.vintage
        )
    )
