{#- Fails for every combination of the columns that more than one row has, or that lacks a part.
    `optional` names the columns of the grain that may be missing (a series without a year). -#}
{% test unique_grain(model, columns, optional=[]) %}

with grains as (

    select
        {{ columns | join(",\n        ") }},
        count(*) as rows_of_grain
    from {{ model }}
    group by {{ columns | join(", ") }}

)

select
    {{ columns | join(",\n    ") }},
    rows_of_grain
from grains
where
    rows_of_grain > 1
    {%- for column in columns if column not in optional %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
