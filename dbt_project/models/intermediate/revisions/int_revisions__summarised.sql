with measured as (

    select
        release_name,
        indicator_code,
        reference_iso3,
        previous_vintage,
        vintage,
        previous_source,
        source,
        count(distinct series_id) as series_count,
        count(value_old) as old_value_count,
        count(case when value_old is not null and value_new is not null then 1 end) as compared_count,
        count(case when kind = 'changed' then 1 end) as changed_count,
        count(case when kind = 'rescaled' then 1 end) as rescaled_count,
        count(case when kind = 'appeared' then 1 end) as appeared_count,
        count(case when kind = 'vanished' then 1 end) as vanished_count,
        count(case when kind = 'extended' then 1 end) as extended_count,
        count(case when kind = 'uncovered' then 1 end) as uncovered_count,
        count(case when value_old * value_new < 0 then 1 end) as sign_change_count,
        median(abs(relative_change)) as median_absolute_relative_change,
        corr(value_new, value_old {{ in_order_of("series_id, year") }}) as correlation,
        -- All rescaled cells by the same power, as a change of unit does.
        case when min(power_of_ten) = max(power_of_ten) then min(power_of_ten) end as power_of_ten
    from {{ ref("int_revisions__compared") }}
    group by release_name, indicator_code, reference_iso3, previous_vintage, vintage, previous_source, source

),

files as (

    select
        pairs.release_name,
        pairs.previous_vintage,
        pairs.vintage,
        pairs.previous_source,
        pairs.source,
        {{ listed("older.file_name") }} as file_names_old,
        {{ listed("newer.file_name") }} as file_names_new
    from {{ ref("int_series_vintages__paired") }} as pairs
    left join {{ ref("stg_meta__files") }} as older
        on older.file_id = pairs.previous_file_id
    left join {{ ref("stg_meta__files") }} as newer
        on newer.file_id = pairs.file_id
    group by pairs.release_name, pairs.previous_vintage, pairs.vintage, pairs.previous_source, pairs.source

),

redefined as (

    select
        measured.release_name,
        measured.previous_vintage,
        measured.vintage,
        measured.previous_source,
        measured.source,
        {{ listed("redefinitions.reason") }} as redefinition
    from measured
    inner join {{ ref("indicator_redefinitions") }} as redefinitions
        on redefinitions.indicator_code = measured.indicator_code
        -- The day of the change is known to lie between the last release of the old and the first of the new.
        and measured.previous_vintage < redefinitions.first_new_vintage
        and measured.vintage > redefinitions.last_old_vintage
    group by
        measured.release_name, measured.previous_vintage, measured.vintage, measured.previous_source, measured.source

)

select
    measured.release_name,
    measured.indicator_code,
    measured.reference_iso3,
    measured.previous_vintage,
    measured.vintage,
    measured.series_count,
    measured.old_value_count,
    measured.compared_count,
    measured.changed_count,
    measured.rescaled_count,
    measured.appeared_count,
    measured.vanished_count,
    measured.extended_count,
    measured.uncovered_count,
    {{ quotient("measured.changed_count + measured.rescaled_count", "cast(measured.compared_count as double)") }}
        as changed_share,
    {{ quotient("measured.rescaled_count", "cast(measured.compared_count as double)") }} as rescaled_share,
    {{ quotient("measured.vanished_count", "cast(measured.old_value_count as double)") }} as vanished_share,
    {{ quotient("measured.uncovered_count", "cast(measured.old_value_count as double)") }} as uncovered_share,
    {{ quotient("measured.sign_change_count", "cast(measured.compared_count as double)") }} as sign_change_share,
    measured.median_absolute_relative_change,
    case when {{ is_finite("measured.correlation") }} then measured.correlation end as correlation,
    measured.power_of_ten,
    measured.series_count >= {{ var("revision_min_series") }}
        and measured.old_value_count >= {{ var("revision_min_values") }} as is_conclusive,
    redefined.redefinition is not null as is_redefined,
    redefined.redefinition,
    files.file_names_old,
    files.file_names_new,
    measured.previous_source,
    measured.source,
    measured.previous_source <> measured.source as is_source_changed
from measured
inner join files
    on files.release_name = measured.release_name
    and files.previous_vintage = measured.previous_vintage
    and files.vintage = measured.vintage
    and files.previous_source = measured.previous_source
    and files.source = measured.source
left join redefined
    on redefined.release_name = measured.release_name
    and redefined.previous_vintage = measured.previous_vintage
    and redefined.vintage = measured.vintage
    and redefined.previous_source = measured.previous_source
    and redefined.source = measured.source
