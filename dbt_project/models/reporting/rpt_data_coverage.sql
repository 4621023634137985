select
    panel.study,
    panel.indicator_code,
    panel.country_iso3,
    count(*) as cells,
    count(panel.value) filter (where not panel.is_filled) as reported,
    count(panel.value) filter (where panel.is_filled) as filled,
    count(*) - count(panel.value) as missing,
    -- Of partners that are there because anybody is, some have trade and nothing else.
    coalesce(not bool_or(partners.is_every_country), true) as is_asked_for
from {{ ref("fct_study_panel") }} as panel
inner join {{ ref("stg_serai__studies") }} as studies
    on studies.study = panel.study
    and studies.base_fill_set = panel.fill_set
left join (
    select
        study,
        bool_or(is_every_country) as is_every_country
    from {{ ref("stg_serai__study_partners") }}
    group by study
) as partners
    on partners.study = panel.study
group by
    panel.study,
    panel.indicator_code,
    panel.country_iso3
