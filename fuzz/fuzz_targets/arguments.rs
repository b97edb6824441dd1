#![no_main]

costplan_fuzz::byte_target!("arguments");
