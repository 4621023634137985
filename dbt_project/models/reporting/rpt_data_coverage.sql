select
    panel.study,
    panel.indicator_code,
    panel.country_iso3,
    count(*) as cells,
    count(panel.value) filter (where not panel.is_filled) as reported,
    count(panel.value) filter (where panel.is_filled) as filled,
    count(*) - count(panel.value) as missing
from {{ ref("fct_study_panel") }} as panel
inner join {{ ref("stg_serai__studies") }} as studies
    on studies.study = panel.study
    and studies.base_fill_set = panel.fill_set
group by
    panel.study,
    panel.indicator_code,
    panel.country_iso3
