{#- The order in which files of one vintage are preferred, for an `order by`: the later day of arrival, then the
    content alone: the later retrieval, more values, the smallest sha256. Never the time within a day: what is read must
    not depend on the order in which the files of one delivery were taken in. -#}
{% macro file_preference(loaded_at, retrieved_at, value_count, file_id) -%}
    cast({{ loaded_at }} as date) desc, {{ retrieved_at }} desc nulls last, {{ value_count }} desc, {{ file_id }}
{%- endmacro %}
