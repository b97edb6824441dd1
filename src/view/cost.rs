//! What is shown of the cost of stages: costs, comparisons and explanations.

pub(crate) mod alternatives;
pub(crate) mod assumption;
pub(crate) mod compare;
pub(crate) mod compare_json;
pub(crate) mod compare_screen;
pub(crate) mod explain;
pub(crate) mod explain_screen;
pub(crate) mod inputs;
pub(crate) mod new_plan;
pub(crate) mod overview;
pub(crate) mod stage;
pub(crate) mod stage_chart;
pub(crate) mod stage_json;
pub(crate) mod stage_screen;
pub(crate) mod stages;
pub(crate) mod stages_picture;
pub(crate) mod stages_screen;
pub(crate) mod sum_record;
pub(crate) mod tags;
pub(crate) mod ways;
