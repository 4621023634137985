{#- Whether a country is a member in a year, by the reading of its membership that a rule names. -#}
{% macro is_member_by_rule(rule, members) -%}
    case {{ rule }}
            when 'member_on_31dec' then {{ members }}.member_on_31dec
            when 'member_any_day' then {{ members }}.member_any_day
            when 'member_full_year' then {{ members }}.member_full_year
            when 'current_members_fixed' then {{ members }}.current_members_fixed
        end
{%- endmacro %}
